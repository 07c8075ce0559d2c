using Irsa.Credentials.PageTests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Irsa.Credentials.PageTests;

/// <summary>The system's own browser, started once. Playwright's package contains its driver and would download browsers; it never does here.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

    /// <summary>Milliseconds that an action and an expectation may take: only whether they come true is tested, on a busy machine too.</summary>
    internal const int Patience = 180_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Gets the browser; a test is skipped where there is none.</summary>
    internal IBrowser Browser
    {
        get
        {
            Assert.SkipWhen(_browser is null, $"No Chromium at {string.Join(", ", Places)} or in CHROMIUM_PATH: install Debian's package \"chromium\".");
            return _browser!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Places.Prepend(Environment.GetEnvironmentVariable("CHROMIUM_PATH")).FirstOrDefault(File.Exists) is { } path)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = ["--no-sandbox"] });
            Assertions.SetDefaultExpectTimeout(Patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
    }
}
