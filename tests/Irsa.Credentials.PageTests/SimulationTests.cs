using Irsa.Credentials.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Irsa.Credentials.PageTests;

/// <summary>A bad day at home: the page of a service that runs in Development, on a LocalAws of its own.</summary>
public sealed class SimulationTests : PageTest
{
    public SimulationTests(Chromium chromium)
        : base(chromium) => MayRequestsFail = true;

    [Fact]
    public async Task A_switch_makes_STS_refuse_and_answer_again()
    {
        await Page.SetViewportSizeAsync(1200, 900);
        await PutAsync("invoice-1042.pdf", "notes.txt", "report-may.csv");
        await OpenAsync();
        var group = Page.GetByRole(AriaRole.Group, new() { Name = "STS of LocalAws" });
        await Expect(group.GetByRole(AriaRole.Button, new() { Name = "Answers" })).ToHaveAttributeAsync("aria-pressed", "true");

        await group.GetByRole(AriaRole.Button, new() { Name = "Refuses" }).ClickAsync();

        await Expect(group.GetByRole(AriaRole.Button, new() { Name = "Refuses" })).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(Page.Locator("#health")).ToHaveTextAsync("Degraded");
        await Expect(Page.GetByRole(AriaRole.Alert).Locator("code")).ToHaveTextAsync("IRSA301");
        if (Environment.GetEnvironmentVariable("PAGE_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, "page-bad-day.png") });
        }

        await group.GetByRole(AriaRole.Button, new() { Name = "Answers" }).ClickAsync();
        await Expect(Page.Locator("#health")).ToHaveTextAsync("Healthy");
    }

    protected override Dictionary<string, string> VariablesOf(LocalAws aws) => new() { ["ASPNETCORE_ENVIRONMENT"] = "Development" };
}
