using System.Security.Cryptography;
using Irsa.Credentials.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Irsa.Credentials.PageTests;

public sealed class UploadTests(Chromium chromium) : PageTest(chromium)
{
    [Fact]
    public async Task Twenty_megabytes_arrive_identical_and_their_progress_is_seen()
    {
        var body = RandomNumberGenerator.GetBytes(20 * 1024 * 1024);
        var gate = new TaskCompletionSource();
        await OpenAsync("#/big/");

        // The list whether there is such an object goes through, then the upload stands in the middle of its way.
        Aws.S3.Faults.Next(Fault.Gate(Task.CompletedTask));
        Aws.S3.Faults.Next(Fault.Gate(gate.Task));
        await ChooseAsync("film.bin", body);
        var progress = Page.GetByRole(AriaRole.Progressbar, new() { Name = "Upload of film.bin" });
        await Expect(Page.Locator("#uploads .muted")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^[1-9][\d.]* MB of 21 MB$"));
        Assert.InRange(await progress.EvaluateAsync<double>("bar => bar.value"), 0.05, 0.95);
        gate.SetResult();

        await Expect(Status).ToHaveTextAsync("Uploaded big/film.bin");
        await Expect(progress).ToBeHiddenAsync();
        await Expect(Rows).ToContainTextAsync(["film.bin"]);
        await Expect(Rows.Locator(".size")).ToHaveTextAsync("21 MB");
        Assert.Equal(body, await Http.GetByteArrayAsync("/objects/big/film.bin", Cancel));
    }

    [Fact]
    public async Task Dropped_files_go_into_the_folder_that_is_shown()
    {
        await OpenAsync("#/in/box/");
        var dropped = await Page.EvaluateHandleAsync(
            """
            () => {
              const files = new DataTransfer();
              files.items.add(new File(["one"], "one.txt", { type: "text/plain" }));
              files.items.add(new File([""], "empty.txt", { type: "text/plain" }));
              return files;
            }
            """);

        await Page.DispatchEventAsync("#drop", "dragenter", new { dataTransfer = dropped });
        await Expect(Page.Locator("body")).ToHaveClassAsync("dropping");
        await Page.DispatchEventAsync("#drop", "drop", new { dataTransfer = dropped });

        await Expect(Rows).ToContainTextAsync(["empty.txt", "one.txt"]);
        await Expect(Page.Locator("#uploads li")).ToHaveCountAsync(0);
        Assert.Equal(["in/box/empty.txt", "in/box/one.txt"], Aws.S3.Keys(Bucket));
        Assert.Equal("one", await Http.GetStringAsync("/objects/in/box/one.txt", Cancel));
    }

    [Theory]
    [InlineData("Cancel", "old")]
    [InlineData("Replace", "new")]
    public async Task What_is_there_already_is_replaced_only_when_that_is_said(string answer, string expected)
    {
        await Http.PutAsync("/objects/file", new StringContent("old"), Cancel);
        await OpenAsync();

        await ChooseAsync("file", "new"u8.ToArray());
        await Page.GetByRole(AriaRole.Dialog, new() { Name = "Replace the object?" }).GetByRole(AriaRole.Button, new() { Name = answer }).ClickAsync();

        await Expect(Page.Locator("#uploads li")).ToHaveCountAsync(0);
        Assert.Equal(expected, await Http.GetStringAsync("/objects/file", Cancel));
    }

    [Fact]
    public async Task What_somebody_else_puts_there_meanwhile_is_asked_about_too()
    {
        MayRequestsFail = true;
        await OpenAsync();
        await Page.RouteAsync("**/objects/file", async route =>
        {
            if (route.Request.Method == "PUT" && await route.Request.HeaderValueAsync("if-none-match") is not null)
            {
                await PutAsync("file");
            }

            await route.ContinueAsync();
        });

        await ChooseAsync("file", "new"u8.ToArray());
        var question = Page.GetByRole(AriaRole.Dialog, new() { Name = "Replace the object?" });
        await Expect(question).ToBeVisibleAsync();
        Assert.Equal("file", await Http.GetStringAsync("/objects/file", Cancel));
        await question.GetByRole(AriaRole.Button, new() { Name = "Replace" }).ClickAsync();

        await Expect(Status).ToHaveTextAsync("Uploaded file");
        Assert.Equal("new", await Http.GetStringAsync("/objects/file", Cancel));
    }

    [Fact]
    public async Task A_question_waits_until_the_one_before_it_is_answered()
    {
        await PutAsync("doomed", "file");
        await OpenAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Delete: doomed" }).ClickAsync();
        var dialog = Page.Locator("#ask");
        await Page.RunAndWaitForResponseAsync(() => ChooseAsync("file", "new"u8.ToArray()), static response => response.Url.Contains("prefix=file", StringComparison.Ordinal));
        await Expect(dialog).ToContainTextAsync("Delete this object?");

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).DblClickAsync();

        await Expect(dialog).ToContainTextAsync("Replace the object?");
        await Expect(Status).ToHaveTextAsync("Deleted doomed");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(Page.Locator("#uploads li")).ToHaveCountAsync(0);
        Assert.Equal("file", await Http.GetStringAsync("/objects/file", Cancel));
        Assert.Equal(["file"], Aws.S3.Keys(Bucket));
    }

    [Fact]
    public async Task An_upload_is_put_into_the_list_and_everything_else_stays_as_it_is()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 510), Cancel, async (i, cancel) =>
        {
            using var stored = await Http.PutAsync($"/objects/{i:D3}", new StringContent("{}"), cancel);
            stored.EnsureSuccessStatusCode();
        });
        await OpenAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Load more" }).ClickAsync();
        await Expect(Rows).ToHaveCountAsync(510);
        var share = Page.GetByRole(AriaRole.Button, new() { Name = "Share: 400", Exact = true });
        await share.FocusAsync();

        await ChooseAsync("400-and-a-half", "new"u8.ToArray());
        await Expect(Status).ToHaveTextAsync("Uploaded 400-and-a-half");
        await Expect(Rows).ToHaveCountAsync(511);
        await Expect(Rows.Nth(401).Locator("bdi")).ToHaveTextAsync("400-and-a-half");
        await Expect(share).ToBeFocusedAsync();

        await ChooseAsync("400", "longer than before"u8.ToArray());
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Replace" }).ClickAsync();
        await Expect(Status).ToHaveTextAsync("Uploaded 400");
        await Expect(Rows).ToHaveCountAsync(511);
        await Expect(Rows.Nth(400).Locator(".size")).ToHaveTextAsync("18 B");
        await Expect(share).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData("#/", "z", "b", new[] { "b", "z" })]
    [InlineData("#/", "", "🗂", new[] { "", "🗂" })]
    public async Task It_comes_where_S3_lists_it(string place, string there, string uploaded, string[] expected)
    {
        await PutAsync(there);
        await OpenAsync(place);

        await ChooseAsync(uploaded, "x"u8.ToArray());

        await Expect(Status).ToHaveTextAsync("Uploaded " + uploaded);
        await Expect(Rows.Locator("bdi")).ToHaveTextAsync(expected);
    }

    [Fact]
    public async Task An_upload_that_is_done_after_its_folder_was_left_is_seen_as_that_folder()
    {
        var gate = new TaskCompletionSource();
        await PutAsync("top");
        await OpenAsync("#/in/");
        Aws.S3.Faults.Next(Fault.Gate(Task.CompletedTask));
        Aws.S3.Faults.Next(Fault.Gate(gate.Task));
        await Page.RunAndWaitForRequestAsync(() => ChooseAsync("file", "x"u8.ToArray()), static request => request.Method == "PUT");
        await Page.Locator("#crumbs a").First.ClickAsync();
        await Expect(Rows).ToContainTextAsync(["top"]);
        gate.SetResult();

        await Expect(Status).ToHaveTextAsync("Uploaded in/file");
        await Expect(Rows.Locator("bdi")).ToHaveTextAsync(["top"]);
        await Expect(Page.Locator("#folders bdi")).ToHaveTextAsync(["in"]);
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        var gate = new TaskCompletionSource();
        await OpenAsync();
        Aws.S3.Faults.Next(Fault.Gate(Task.CompletedTask));
        Aws.S3.Faults.Next(Fault.Gate(gate.Task));

        await ChooseAsync("film.bin", new byte[20 * 1024 * 1024]);
        await Expect(Page.Locator("#uploads .muted")).ToContainTextAsync("of 21 MB");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Cancel: film.bin" }).ClickAsync();
        await Expect(Page.Locator("#uploads li")).ToHaveCountAsync(0);
        gate.SetResult();
        await ChooseAsync("after.txt", "next"u8.ToArray());

        await Expect(Status).ToHaveTextAsync("Uploaded after.txt");
        Assert.Equal(["after.txt"], Aws.S3.Keys(Bucket));
    }

    private Task ChooseAsync(string name, byte[] body) =>
        Page.Locator("#files").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = body });
}
