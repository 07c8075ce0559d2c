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

    [Fact]
    public async Task Sixty_files_have_one_total_four_lines_and_one_button_that_cancels_them()
    {
        var gate = new TaskCompletionSource();
        await OpenAsync();
        Aws.S3.Faults.Always(Fault.Gate(gate.Task));

        await Page.Locator("#files").SetInputFilesAsync(Enumerable.Range(0, 60).Select(static i => new FilePayload { Name = $"{i:D2}", MimeType = "text/plain", Buffer = "x"u8.ToArray() }));
        await Expect(Page.Locator("#upload-count")).ToHaveTextAsync("0 of 60 files");
        await Expect(Page.Locator("#uploads li")).ToHaveCountAsync(4);
        await Expect(Page.GetByRole(AriaRole.Progressbar, new() { Name = "All uploads" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Cancel all" }).ClickAsync();

        await Expect(Page.Locator("#uploads li")).ToHaveCountAsync(0);
        gate.SetResult();
        Aws.S3.Faults.Clear();
        await Expect(Page.Locator("#upload-total")).ToBeHiddenAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Upload", Exact = true })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Sixty_files_arrive_and_those_that_are_there_are_replaced_by_one_answer()
    {
        await PutAsync([.. Enumerable.Range(0, 60).Select(static i => $"{i:D2}")]);
        await OpenAsync();

        await Page.Locator("#files").SetInputFilesAsync(Enumerable.Range(0, 60).Select(static i => new FilePayload { Name = $"{i:D2}", MimeType = "text/plain", Buffer = "new"u8.ToArray() }));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Replace all" }).ClickAsync();

        await Expect(Status).ToHaveTextAsync("Uploaded 60 of 60 files");
        Assert.Equal("new", await Http.GetStringAsync("/objects/00", Cancel));
        Assert.Equal("new", await Http.GetStringAsync("/objects/59", Cancel));
    }

    [Fact]
    public async Task A_folder_is_uploaded_with_the_paths_in_it()
    {
        var folder = Directory.CreateTempSubdirectory("upload-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "inner"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "a.txt"), "a", Cancel);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "inner", "b.txt"), "b", Cancel);
            await OpenAsync("#/in/");

            await Page.Locator("#folder").SetInputFilesAsync(folder.FullName);

            await Expect(Status).ToHaveTextAsync("Uploaded 2 of 2 files");
            Assert.Equal([$"in/{folder.Name}/a.txt", $"in/{folder.Name}/inner/b.txt"], Aws.S3.Keys(Bucket));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_file_that_is_sent_again_counts_once()
    {
        var gate = new TaskCompletionSource();
        MayRequestsFail = true;
        await OpenAsync();
        await Page.RouteAsync("**/objects/slow", async route =>
        {
            await gate.Task;
            await route.ContinueAsync();
        });

        // An ingress that gives up has no problem details.
        await Page.RouteAsync("**/objects/file", static route => route.FulfillAsync(new() { Status = 504, Body = "Gateway Timeout" }));
        await ChooseAsync("slow", "x"u8.ToArray());
        await ChooseAsync("file", "x"u8.ToArray());
        await Expect(Page.Locator("#upload-count")).ToHaveTextAsync("0 of 2 files, 1 failed");
        await Page.UnrouteAsync("**/objects/file");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Try again: file" }).ClickAsync();

        await Expect(Page.Locator("#upload-count")).ToHaveTextAsync("1 of 2 files");
        gate.SetResult();
        await Expect(Status).ToHaveTextAsync("Uploaded 2 of 2 files");
    }

    [Theory]
    [InlineData(403, "AccessDenied", false)]
    [InlineData(503, "SlowDown", true)]
    [InlineData(404, "NoSuchBucket", true)]
    public async Task A_failed_upload_can_be_dismissed_and_is_tried_again_only_where_that_can_help(int status, string code, bool mayHelp)
    {
        MayRequestsFail = true;
        await OpenAsync();
        Aws.S3.Faults.Next(Fault.Gate(Task.CompletedTask));

        // Each try of the SDK.
        Aws.S3.Faults.Next(Fault.Error(status, code, "No"), times: 20);

        await ChooseAsync("file", "x"u8.ToArray());

        await Expect(Page.Locator("#uploads")).ToContainTextAsync("Failed: ");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Try again: file" })).ToHaveCountAsync(mayHelp ? 1 : 0);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Dismiss: file" }).ClickAsync();
        await Expect(Page.Locator("#uploads li")).ToHaveCountAsync(0);
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Upload", Exact = true })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Leaving_during_an_upload_asks_and_the_keyboard_goes_on_after_a_cancel()
    {
        var gate = new TaskCompletionSource();
        await OpenAsync();
        Aws.S3.Faults.Always(Fault.Gate(gate.Task));
        await ChooseAsync("one", "x"u8.ToArray());
        await ChooseAsync("two", "x"u8.ToArray());
        await Expect(Page.Locator("#uploads li")).ToHaveCountAsync(2);
        var asked = new TaskCompletionSource<string>();
        Page.Dialog += async (_, dialog) =>
        {
            asked.TrySetResult(dialog.Type);
            await dialog.DismissAsync();
        };

        // A browser asks only where somebody has used the page.
        await Page.GetByRole(AriaRole.Button, new() { Name = "Cancel: one" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Cancel: two" })).ToBeFocusedAsync();
        await Page.EvaluateAsync("() => { setTimeout(() => location.reload(), 0); }");

        Assert.Equal("beforeunload", await asked.Task.WaitAsync(Cancel));
        gate.SetResult();
        Aws.S3.Faults.Clear();
        await Expect(Status).ToHaveTextAsync("Uploaded 1 of 2 files");
    }

    private Task ChooseAsync(string name, byte[] body) =>
        Page.Locator("#files").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = body });
}
