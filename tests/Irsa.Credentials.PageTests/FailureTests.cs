using Irsa.Credentials.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Irsa.Credentials.PageTests;

public sealed class FailureTests : PageTest
{
    public FailureTests(Chromium chromium)
        : base(chromium) => MayRequestsFail = true;

    private ILocator Banner => Page.GetByRole(AriaRole.Alert);

    private ILocator Health => Page.Locator("#health");

    [Fact]
    public async Task Credentials_that_fail_are_shown_with_id_and_remedy_and_their_return_needs_no_reload()
    {
        await PutAsync("kept");
        await OpenAsync();
        await Expect(Health).ToHaveTextAsync("Healthy");
        await Page.EvaluateAsync("() => { window.isSamePage = true; }");

        await LoseCredentialsAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reload the list" }).ClickAsync();

        await Expect(Banner).ToContainTextAsync("No AWS credentials");
        await Expect(Banner.Locator("code")).ToHaveTextAsync("IRSA301");
        await Expect(Banner.Locator(".remedy")).ToContainTextAsync("aws iam get-role --role-name local-app");
        await Banner.GetByText("The remedy in full").ClickAsync();
        await Expect(Banner.Locator(".whole pre")).ToContainTextAsync("system:serviceaccount:default:app");
        await Expect(Banner.Locator(".banner")).ToHaveCountAsync(1);
        await Expect(Health).ToHaveTextAsync("Unhealthy");
        await Expect(Page.Locator("#timeline .failed").First).ToContainTextAsync("IRSA301");
        await Expect(Rows).ToHaveCountAsync(1);

        FindCredentials();

        await Expect(Health).ToHaveTextAsync("Healthy");
        await Expect(Banner).ToBeEmptyAsync();
        await Expect(Status).ToHaveTextAsync("The credentials are back.");
        Assert.True(await Page.EvaluateAsync<bool>("() => window.isSamePage"));
    }

    [Fact]
    public async Task A_page_that_is_opened_without_credentials_fills_itself_when_they_come()
    {
        await PutAsync("kept");
        await LoseCredentialsAsync();

        await Page.GotoAsync("/");
        await Expect(Banner.Locator("code")).ToHaveTextAsync("IRSA301");
        FindCredentials();

        await Expect(Rows).ToContainTextAsync(["kept"]);
        await Expect(Banner).ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_refresh_that_fails_while_the_session_lives_is_a_warning_and_requests_go_on()
    {
        await PutAsync("file");
        await OpenAsync();
        Aws.Sts.Faults.Always(Fault.Error(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"));

        // A longer life than the session has left makes the service ask STS at once.
        using var link = await Http.PostAsync("/links/file?minutes=600", null, Cancel);

        await Expect(Banner).ToContainTextAsync("The credentials are valid, but their refresh fails");
        await Expect(Banner.Locator(".then")).ToContainTextAsync("until the session ends in 60 min");
        await Expect(Health).ToHaveTextAsync("Degraded");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reload the list" }).ClickAsync();
        await Expect(Rows).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_failed_upload_stays_and_is_sent_again_by_its_button()
    {
        await OpenAsync();
        await LoseCredentialsAsync();
        await Page.Locator("#files").SetInputFilesAsync(new FilePayload { Name = "file", MimeType = "text/plain", Buffer = "text"u8.ToArray() });
        await Expect(Page.Locator("#uploads")).ToContainTextAsync("Failed: No AWS credentials");
        await Expect(Banner.Locator("code")).ToHaveTextAsync("IRSA301");
        FindCredentials();
        await Expect(Banner).ToBeEmptyAsync();

        await Page.GetByRole(AriaRole.Button, new() { Name = "Try again: file" }).ClickAsync();

        await Expect(Rows).ToContainTextAsync(["file"]);
        await Expect(Page.Locator("#uploads li")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_refusal_of_S3_is_shown_as_what_it_is()
    {
        await PutAsync("file");
        await OpenAsync();
        Aws.S3.Faults.Next(Fault.Error(403, "AccessDenied", "Access Denied by the bucket policy"));

        await Page.GetByRole(AriaRole.Button, new() { Name = "Download: file" }).ClickAsync();

        await Expect(Banner).ToContainTextAsync("S3 refused");
        await Expect(Banner).ToContainTextAsync("Access Denied by the bucket policy");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(Banner).ToBeEmptyAsync();
        await Expect(Health).ToHaveTextAsync("Healthy");
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_waited_for()
    {
        await PutAsync("file");
        await OpenAsync();

        await Page.Context.SetOfflineAsync(true);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Reload the list" }).ClickAsync();
        await Expect(Banner).ToContainTextAsync("The service does not answer");
        await Expect(Health).ToHaveTextAsync("No answer");

        await Page.Context.SetOfflineAsync(false);
        await Expect(Banner).ToBeEmptyAsync();
        await Expect(Health).ToHaveTextAsync("Healthy");
        await Expect(Rows).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task The_health_is_told_anew_when_the_answer_comes_back_and_only_then()
    {
        await OpenAsync();
        await Expect(Health).ToHaveTextAsync("Healthy");
        await Page.EvaluateAsync("() => { window.told = 0; new MutationObserver(() => window.told++).observe(document.getElementById('health'), { childList: true, subtree: true, characterData: true }); }");

        await Page.Context.SetOfflineAsync(true);
        for (var look = 0; look < 3; look++)
        {
            var failed = new TaskCompletionSource();
            Page.RequestFailed += (_, _) => failed.TrySetResult();
            await LookAsync();
            await failed.Task.WaitAsync(Cancel);
        }

        await Expect(Health).ToHaveTextAsync("No answer");
        Assert.Equal(1, await Page.EvaluateAsync<int>("() => window.told"));

        await LoseCredentialsAsync();
        await Page.Context.SetOfflineAsync(false);
        await LookAsync();
        await Expect(Health).ToHaveTextAsync("Unhealthy");

        Task LookAsync() => Page.EvaluateAsync("() => { document.dispatchEvent(new Event('visibilitychange')); }");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_listed_does_not_show_another_ones_objects()
    {
        await PutAsync("top", "folder/inner");
        await OpenAsync();
        await Expect(Rows).ToContainTextAsync(["top"]);
        Aws.S3.Faults.Next(Fault.Error(403, "AccessDenied", "Not this folder"));

        await Page.GetByRole(AriaRole.Link, new() { Name = "folder" }).ClickAsync();

        await Expect(Banner).ToContainTextAsync("Not this folder");
        await Expect(Page.Locator("#crumbs [aria-current]")).ToHaveTextAsync("folder");
        await Expect(Rows).ToHaveCountAsync(0);
        await Expect(Page.Locator("#folders tr")).ToHaveCountAsync(0);
        await Expect(Status).ToHaveTextAsync("Not loaded");
    }

    /// <summary>S3 calls the session expired, and its successors live for a second more than the margin; then STS knows the role no more.</summary>
    private async Task LoseCredentialsAsync()
    {
        Aws.Sts.Faults.Always(Fault.ShortSession(ExpiryMargin + TimeSpan.FromSeconds(1)));
        Aws.S3.Faults.Next(Fault.Error(400, "ExpiredToken", "The provided token has expired."));
        using var replaced = await Http.GetAsync("/objects", Cancel);
        Aws.Sts.RemoveRole(Aws.RoleArn);
        while (await IsReadyAsync())
        {
            Cancel.ThrowIfCancellationRequested();
        }

        async Task<bool> IsReadyAsync()
        {
            using var answer = await Http.GetAsync("/health/ready", Cancel);
            return answer.IsSuccessStatusCode;
        }
    }

    private void FindCredentials()
    {
        Aws.Sts.Faults.Clear();
        Aws.Sts.AddRole(Aws.RoleArn, Aws.TrustPolicyOf(Aws.RoleArn).ToJson());
    }
}
