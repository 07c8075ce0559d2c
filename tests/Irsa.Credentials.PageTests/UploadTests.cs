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
