using Microsoft.Playwright;

namespace Irsa.Credentials.PageTests;

public sealed class PolicyTests(Chromium chromium) : PageTest(chromium)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/js/page.js")]
    [InlineData("/whoami")]
    [InlineData("/objects/none")]
    [InlineData("/nowhere")]
    public async Task Every_answer_says_what_may_run(string path)
    {
        using var answer = await Http.GetAsync(path, Cancel);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
    }

    [Fact]
    public async Task No_answer_holds_anything_secret()
    {
        await OpenAsync();

        var seen = await Http.GetStringAsync("/whoami", Cancel);

        var token = await File.ReadAllTextAsync(Aws.Tokens.Path, Cancel);
        Assert.DoesNotContain(token, seen, StringComparison.Ordinal);
        Assert.DoesNotContain("ASIA", seen, StringComparison.Ordinal);
        Assert.Contains("\"refreshes\":[{", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("document.body.setAttribute('onclick', 'document.title = 1'); document.body.click()")]
    [InlineData("document.body.insertAdjacentHTML('beforeend', '<img src=x>')")]
    [InlineData("const script = document.createElement('script'); script.append('document.title = 1'); document.body.append(script)")]
    public async Task Text_that_would_become_markup_or_script_is_refused(string attempt)
    {
        MayScriptsBeRefused = true;
        await OpenAsync();

        var refused = await Page.RunAndWaitForConsoleMessageAsync(() => Page.EvaluateAsync("attempt => { try { " + attempt + " } catch { } }"));

        Assert.Contains("Trusted", refused.Text, StringComparison.Ordinal);
        await Assertions.Expect(Page).ToHaveTitleAsync($"{Bucket} – S3 microservice");
    }
}
