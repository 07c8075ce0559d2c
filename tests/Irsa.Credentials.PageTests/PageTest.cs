using System.Globalization;
using Irsa.Credentials.SampleTests;
using Irsa.Credentials.Testing;
using Microsoft.Playwright;

namespace Irsa.Credentials.PageTests;

/// <summary>
/// The sample in a process of its own, on a LocalAws that the test holds in its hands, and a browser that looks at it. Every test fails for
/// any script error, any breach of the content-security policy and any request that leaves the service.
/// </summary>
public abstract class PageTest : IAsyncLifetime
{
    protected const string Bucket = "bucket";

    /// <summary>The least that the library takes, so that a test can see credentials end.</summary>
    protected static readonly TimeSpan ExpiryMargin = TimeSpan.FromSeconds(5);

    private readonly Chromium _chromium;
    private readonly List<string> _complaints = [];
    private SampleProcess _sample = null!;
    private IBrowserContext _context = null!;

    protected PageTest(Chromium chromium) => _chromium = chromium;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected LocalAws Aws { get; private set; } = null!;

    protected HttpClient Http { get; private set; } = null!;

    protected IPage Page { get; private set; } = null!;

    /// <summary>Gets or sets whether requests may fail; the browser itself then writes a line about each.</summary>
    protected bool MayRequestsFail { get; set; }

    /// <summary>Gets or sets whether the test itself tries what the policy forbids.</summary>
    protected bool MayScriptsBeRefused { get; set; }

    protected ILocator Rows => Page.Locator("#rows tr");

    protected ILocator Status => Page.Locator("#status");

    public async ValueTask InitializeAsync()
    {
        var browser = _chromium.Browser;
        Aws = await LocalAws.StartAsync(static options => options.Buckets.Add(Bucket), Cancel);
        (_sample, Http) = await SampleProcess.StartAsync(VariablesOf(Aws));
        _context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = Http.BaseAddress!.AbsoluteUri, Locale = "en-GB", TimezoneId = "UTC" });
        _context.SetDefaultTimeout(Chromium.Patience);
        Page = await _context.NewPageAsync();
        Page.PageError += (_, error) => _complaints.Add("script: " + error);
        Page.Console += (_, line) => Hear(line);
        Page.Request += (_, request) => Watch(request.Url);
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null)
        {
            await _context.DisposeAsync();
        }

        if (_sample is not null)
        {
            Http.Dispose();
            await _sample.DisposeAsync();
        }

        await (Aws?.DisposeAsync() ?? ValueTask.CompletedTask);
        Assert.Empty(_complaints);
        GC.SuppressFinalize(this);
    }

    /// <summary>The environment of the service: that of a pod.</summary>
    protected virtual Dictionary<string, string> VariablesOf(LocalAws aws) => new(SampleProcess.VariablesOf(aws, Bucket))
    {
        ["Irsa__ExpiryMargin"] = ExpiryMargin.ToString("c", CultureInfo.InvariantCulture),
    };

    protected async Task OpenAsync(string hash = "")
    {
        await Page.GotoAsync("/" + hash);
        await Assertions.Expect(Page.Locator("#table")).ToHaveAttributeAsync("aria-busy", "false");
    }

    protected async Task PutAsync(params string[] keys)
    {
        foreach (var key in keys)
        {
            using var stored = await Http.PutAsync("/objects/" + Uri.EscapeDataString(key), new StringContent(key), Cancel);
            stored.EnsureSuccessStatusCode();
        }
    }

    private void Hear(IConsoleMessage line)
    {
        var isFailedRequest = line.Text.StartsWith("Failed to load resource", StringComparison.Ordinal);
        var isRefusedScript = line.Text.Contains("Trusted", StringComparison.Ordinal);
        if (line.Type is "error" or "warning" && !(isFailedRequest && MayRequestsFail) && !(isRefusedScript && MayScriptsBeRefused))
        {
            _complaints.Add($"console: {line.Text}");
        }
    }

    private void Watch(string url)
    {
        if (!url.StartsWith(Http.BaseAddress!.AbsoluteUri, StringComparison.Ordinal))
        {
            _complaints.Add("request to another place: " + url);
        }
    }
}
