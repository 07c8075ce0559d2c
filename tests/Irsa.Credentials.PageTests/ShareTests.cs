using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Irsa.Credentials.PageTests;

public sealed class ShareTests(Chromium chromium) : PageTest(chromium)
{
    [Fact]
    public async Task A_link_works_without_the_service_and_says_when_it_ends()
    {
        await PutAsync("folder/what is shared.txt");
        await OpenAsync("#/folder/");

        var url = await ShareAsync("what is shared.txt", "15 minutes");

        Assert.StartsWith(Aws.S3.Endpoint.AbsoluteUri, url, StringComparison.Ordinal);
        using var stranger = new HttpClient();
        Assert.Equal("folder/what is shared.txt", await stranger.GetStringAsync(new Uri(url), Cancel));
        await Expect(Page.Locator("#share-until")).ToHaveTextAsync(new Regex(@"^Works until \d+ \w+ \d{4}, \d\d:\d\d:\d\d UTC, in 15 min\.$"));
        await Expect(Page.Locator("#share-open")).ToHaveAttributeAsync("href", url);

        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("#share-url")).ToHaveValueAsync(string.Empty);
    }

    [Fact]
    public async Task No_link_longer_than_a_session_is_offered_and_a_capped_one_shows_its_true_end()
    {
        await PutAsync("file");
        await OpenAsync();

        await Page.GetByRole(AriaRole.Button, new() { Name = "Share: file" }).ClickAsync();
        Assert.Equal(["15 minutes", "1 hour"], await Page.Locator("#share-minutes option:not([hidden])").AllTextContentsAsync());
        var url = await MakeAsync("1 hour");

        var lives = int.Parse(Regex.Match(url, @"X-Amz-Expires=(\d+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(lives, 3000, 3600);
        await Expect(Page.Locator("#share-until")).ToHaveTextAsync(new Regex(@", in (59|60) min\.( That is sooner than asked for: a link ends with the session that signed it\.)?$"));
    }

    [Fact]
    public async Task A_link_to_an_object_that_is_gone_is_not_made()
    {
        MayRequestsFail = true;
        await PutAsync("file");
        await OpenAsync();
        await Http.DeleteAsync("/objects/file", Cancel);

        await Page.GetByRole(AriaRole.Button, new() { Name = "Share: file" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No such object");
    }

    [Fact]
    public async Task A_link_that_comes_late_is_not_shown_for_another_object()
    {
        await PutAsync("a", "b");
        await OpenAsync();
        var gate = new TaskCompletionSource();
        await Page.RouteAsync("**/links/a?*", async route =>
        {
            var slow = await route.FetchAsync();
            await gate.Task;
            await route.FulfillAsync(new() { Response = slow });
        });

        await Page.GetByRole(AriaRole.Button, new() { Name = "Share: a" }).ClickAsync();
        await Page.RunAndWaitForRequestAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync(), "**/links/a?*");
        await Page.Keyboard.PressAsync("Escape");
        Assert.Contains("/b?", await ShareAsync("b", "15 minutes"), StringComparison.Ordinal);
        gate.SetResult();

        await AfterAnotherAnswerAsync();
        Assert.Contains("/b?", await Page.Locator("#share-url").InputValueAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_newest_of_two_links_is_the_one_that_is_shown()
    {
        await PutAsync("file");
        await OpenAsync();
        var gate = new TaskCompletionSource();
        await Page.RouteAsync("**/links/file?minutes=60", async route =>
        {
            var slow = await route.FetchAsync();
            await gate.Task;
            await route.FulfillAsync(new() { Response = slow });
        });
        await Page.GetByRole(AriaRole.Button, new() { Name = "Share: file" }).ClickAsync();
        await Page.GetByLabel("Works for").SelectOptionAsync("1 hour");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();

        await MakeAsync("15 minutes");
        gate.SetResult();

        await AfterAnotherAnswerAsync();
        await Expect(Page.Locator("#share-until")).ToHaveTextAsync(new Regex("in 15 min"));
    }

    /// <summary>The page has had its turn to show what came before.</summary>
    private Task<IResponse> AfterAnotherAnswerAsync() =>
        Page.RunAndWaitForResponseAsync(static () => Task.CompletedTask, static response => response.Url.EndsWith("/whoami", StringComparison.Ordinal));

    private async Task<string> ShareAsync(string name, string lifetime)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Share: " + name }).ClickAsync();
        return await MakeAsync(lifetime);
    }

    private async Task<string> MakeAsync(string lifetime)
    {
        await Page.GetByLabel("Works for").SelectOptionAsync(lifetime);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        await Expect(Page.GetByLabel("Link", new() { Exact = true })).ToBeFocusedAsync();
        return await Page.GetByLabel("Link", new() { Exact = true }).InputValueAsync();
    }
}
