using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Irsa.Credentials.PageTests;

public sealed class ObjectTests(Chromium chromium) : PageTest(chromium)
{
    [Fact]
    public async Task Folders_are_walked_by_links_and_by_the_browsers_own_back()
    {
        await PutAsync("readme.txt", "reports/2026/may.csv", "reports/2026/june.csv", "reports/all.csv");
        await OpenAsync();
        await Expect(Status).ToHaveTextAsync("1 folder, 1 object");
        await Expect(Rows).ToContainTextAsync(["readme.txt"]);

        await Page.GetByRole(AriaRole.Link, new() { Name = "reports" }).ClickAsync();
        await Expect(Rows).ToContainTextAsync(["all.csv"]);
        await Page.GetByRole(AriaRole.Link, new() { Name = "2026" }).ClickAsync();
        await Expect(Rows).ToContainTextAsync(["june.csv", "may.csv"]);
        await Expect(Page).ToHaveTitleAsync("2026 – S3 microservice");
        await Expect(Page.Locator("#crumbs li")).ToHaveTextAsync([Bucket, "reports", "2026"]);
        await Expect(Page).ToHaveURLAsync(new Regex("#/reports/2026/$"));

        await Page.ReloadAsync();
        await Expect(Rows).ToContainTextAsync(["june.csv", "may.csv"]);
        await Page.GoBackAsync();
        await Expect(Rows).ToContainTextAsync(["all.csv"]);
        await Page.Locator("#crumbs").GetByRole(AriaRole.Link, new() { Name = Bucket }).ClickAsync();
        await Expect(Rows).ToContainTextAsync(["readme.txt"]);
    }

    [Fact]
    public async Task Names_that_start_with_something_are_asked_of_S3()
    {
        await PutAsync("logs/a-1", "logs/a-2", "logs/b-1");
        await OpenAsync("#/logs/");
        await Expect(Rows).ToHaveCountAsync(3);

        await Page.GetByLabel("Names that start with").FillAsync("a-");
        await Expect(Status).ToHaveTextAsync("2 objects");
        await Page.GetByLabel("Names that start with").FillAsync("none");
        await Expect(Page.Locator("#empty")).ToHaveTextAsync("No name here starts with this.");
    }

    [Fact]
    public async Task A_download_is_identical_and_has_the_objects_name()
    {
        var body = new byte[3_000_000];
        Random.Shared.NextBytes(body);
        await Http.PutAsync("/objects/a/b/photo%20%231.bin", new ByteArrayContent(body), Cancel);
        await OpenAsync("#/a/b/");

        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Download: photo #1.bin" }).ClickAsync());

        Assert.Equal("photo #1.bin", download.SuggestedFilename);
        Assert.Equal(body, await File.ReadAllBytesAsync(await download.PathAsync(), Cancel));
    }

    [Fact]
    public async Task A_deletion_is_asked_for_first()
    {
        await PutAsync("a", "b");
        await OpenAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog, new() { Name = "Delete this object?" });

        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete: a" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("a");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal(["a", "b"], Aws.S3.Keys(Bucket));

        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete: a" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(Status).ToHaveTextAsync("Deleted a");
        await Expect(Rows).ToHaveCountAsync(1);
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Delete: b" })).ToBeFocusedAsync();
        Assert.Equal(["b"], Aws.S3.Keys(Bucket));
    }

    [Fact]
    public async Task Ten_thousand_objects_come_page_by_page()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (i, cancel) =>
        {
            using var stored = await Http.PutAsync($"/objects/events/{i:D5}.json", new StringContent("{}"), cancel);
            stored.EnsureSuccessStatusCode();
        });
        Aws.S3.ClearCalls();

        // Found by its id: Playwright works out the name of each of 30,000 buttons to find one by its name.
        var more = Page.Locator("#more");
        await OpenAsync("#/events/");
        await Expect(Status).ToHaveTextAsync("500 objects, and more");
        for (var shown = 1000; shown <= 10_000; shown += 500)
        {
            await more.ClickAsync();
            await Expect(Status).ToHaveTextAsync($"{shown:N0} objects{(shown < 10_000 ? ", and more" : string.Empty)}");
        }

        await Expect(more).ToBeHiddenAsync();
        await Expect(Rows).ToHaveCountAsync(10_000);
        await Expect(Rows.Last).ToContainTextAsync("09999.json");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Download: 09500.json" })).ToBeFocusedAsync();
        Assert.Equal(20, Aws.S3.Calls.Count);
    }

    [Fact]
    public async Task Several_objects_are_deleted_at_once()
    {
        await PutAsync("a", "b", "c", "d", "e", "f", "g");
        await OpenAsync();
        await Page.GetByLabel("Select all objects that are shown").CheckAsync();
        await Page.GetByLabel("Select: c").UncheckAsync();
        await Expect(Page.Locator("#selection-count")).ToHaveTextAsync("6 selected");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete selected" }).ClickAsync();
        var question = Page.GetByRole(AriaRole.Dialog, new() { Name = "Delete 6 objects?" });
        await Expect(question).ToContainTextAsync("and 1 more");
        await question.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await Expect(Status).ToHaveTextAsync("Deleted 6 of 6 objects");
        await Expect(Rows).ToHaveCountAsync(1);
        await Expect(Page.Locator("#selection")).ToBeHiddenAsync();
        Assert.Equal(["c"], Aws.S3.Keys(Bucket));
    }

    [Fact]
    public async Task A_deletion_that_fails_ends_the_others_and_what_is_said_is_what_was_deleted()
    {
        var gate = new TaskCompletionSource();
        await PutAsync([.. Enumerable.Range(0, 20).Select(static i => $"{i:D2}")]);
        await OpenAsync();
        MayRequestsFail = true;
        await Page.RouteAsync("**/objects/*", async route =>
        {
            if (route.Request.Url.EndsWith("/00", StringComparison.Ordinal))
            {
                await route.FulfillAsync(new() { Status = 502, ContentType = "application/problem+json", Body = """{"title":"S3 refused","status":502}""" });
                return;
            }

            await gate.Task;
            await route.ContinueAsync();
        });
        await Page.GetByLabel("Select all objects that are shown").CheckAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete selected" }).ClickAsync();

        var confirmed = Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" });
        await Page.RunAndWaitForResponseAsync(() => confirmed.ClickAsync(), static answer => answer.Status == 502);
        gate.SetResult();

        await Expect(Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("S3 refused");
        await Expect(Status).ToHaveTextAsync(new Regex("^Deleted [0-9]+ of 20 objects$"));
        var left = Aws.S3.Keys(Bucket).Count;
        Assert.Equal($"Deleted {20 - left} of 20 objects", await Status.TextContentAsync());

        // The three that were on their way, and what a slow browser has begun before it saw the failure.
        Assert.InRange(left, 10, 17);
    }
}
