using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Irsa.Credentials.PageTests;

public sealed class OddNameTests(Chromium chromium) : PageTest(chromium)
{
    public static TheoryData<string> Names { get; } =
    [
        "<img src=x onerror=document.title=1>.txt",
        "<script>document.title = 1",
        "\"quoted' & &amp; named.txt",
        "two  spaces and a trailing one ",
        "日本語 – ünïcödé 🗂.txt",
        "right\u202Eto left.txt",
        "line\nbreak.txt",
        "percent %2F %00 plus+.txt",
        "#hash?query=1;semi",
        "javascript:alert(1)",
        "..hidden..",
        "__proto__",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_odd_name_is_text_and_downloads_and_deletes_its_own_object(string name)
    {
        await PutAsync(name, "other");
        await OpenAsync();
        var row = Rows.Filter(new() { HasNotText = "other" });
        var shown = name.Replace("\u202E", "⟨U+202E⟩", StringComparison.Ordinal).Replace("\n", "⟨U+000A⟩", StringComparison.Ordinal);
        Assert.Equal(shown, await row.Locator("bdi").TextContentAsync());

        var download = await Page.RunAndWaitForDownloadAsync(() => row.Locator("[data-action=download]").ClickAsync());
        Assert.Equal(name, await File.ReadAllTextAsync(await download.PathAsync(), Cancel));
        await row.Locator("[data-action=delete]").ClickAsync();
        Assert.Equal(shown, await Page.Locator("#ask-text").TextContentAsync());
        await Page.Locator("#ask-yes").ClickAsync();

        await Expect(Rows).ToHaveCountAsync(1);
        Assert.Equal(["other"], Aws.S3.Keys(Bucket));
        await Expect(Page).ToHaveTitleAsync($"{Bucket} – S3 microservice");
    }

    [Theory]
    [InlineData("<b>bold</b> & \"more\"/x")]
    [InlineData("a%2Fb #?/x")]
    [InlineData("../x")]
    [InlineData("a/../b/x")]
    [InlineData("a//b/x")]
    public async Task A_folder_with_an_odd_name_is_walked_as_any_other(string key)
    {
        await PutAsync(key);
        await OpenAsync();

        foreach (var folder in key.Split('/')[..^1])
        {
            await Page.Locator("#folders a", new() { HasTextString = folder.Length == 0 ? "(no name)" : folder }).ClickAsync();
            await Expect(Page.Locator("#crumbs [aria-current]")).ToHaveTextAsync(folder.Length == 0 ? "(no name)" : folder);
        }

        await Expect(Rows).ToContainTextAsync(["x"]);
        var download = await Page.RunAndWaitForDownloadAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = "Download: x" }).ClickAsync());
        Assert.Equal(key, await File.ReadAllTextAsync(await download.PathAsync(), Cancel));
    }

    [Fact]
    public async Task A_name_that_a_browser_tidies_away_is_listed_and_cannot_be_clicked()
    {
        const string Name = ".";
        var path = new Uri(Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + "/objects/" + Name, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var put = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent("x") };
        using var stored = await Http.SendAsync(put, Cancel);
        Assert.Equal([Name], Aws.S3.Keys(Bucket));
        await OpenAsync();

        await Expect(Rows.Locator("bdi")).ToHaveTextAsync([Name]);
        await Expect(Rows.Locator("button")).ToHaveCountAsync(3);
        await Expect(Rows.Locator("button:disabled")).ToHaveCountAsync(3);
        await Expect(Rows.Locator("button").First).ToHaveAttributeAsync("title", "A browser cannot send this key");
    }

    [Fact]
    public async Task An_object_that_is_a_page_is_downloaded_and_not_shown()
    {
        using var page = new StringContent("<script>document.title = 1", null, "text/html");
        await Http.PutAsync("/objects/page.html", page, Cancel);

        using var answer = await Http.GetAsync("/objects/page.html", Cancel);

        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Contains("sandbox", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }
}
