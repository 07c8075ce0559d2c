using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Irsa.Credentials.PageTests;

public sealed class LookTests(Chromium chromium) : PageTest(chromium)
{
    /// <summary>Every text against the nearest background that is not transparent, as WCAG 2 counts contrast.</summary>
    private const string WeakTexts =
        """
        () => [...document.body.querySelectorAll("*")]
          .filter((node) => node.checkVisibility() && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
          .map((node) => ({ node, ratio: contrast(getComputedStyle(node).color, back(node)) }))
          .filter(({ ratio }) => !(ratio >= 4.5))
          .map(({ node, ratio }) => `${node.textContent.trim()}: ${ratio.toFixed(2)}`)
        """;

    private const string Contrast =
        """
        () => {
          const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
          const rgb = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
          const light = (color) => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => sum + w * ((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)(rgb(color)[i] / 255), 0);
          window.back = (node) => { for (; node; node = node.parentElement) { const color = getComputedStyle(node).backgroundColor; if (rgb(color)[3] > 0) return color; } return "white"; };
          window.contrast = (one, other) => { const [a, b] = [light(one), light(other)]; return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); };
        }
        """;

    /// <summary>Fields whose border does not stand out against what surrounds them: 3 to 1 is WCAG's least (1.4.11).</summary>
    private const string WeakEdges =
        """
        () => [...document.querySelectorAll("input:not([type=file]), select")]
          .map((node) => ({ node, ratio: contrast(getComputedStyle(node).borderTopColor, back(node.closest(".card, dialog"))) }))
          .filter(({ ratio }) => !(ratio >= 3))
          .map(({ node, ratio }) => `${node.id}: ${ratio.toFixed(2)}`)
        """;

    /// <summary>What is clicked and is smaller than 24 by 24 pixels (WCAG 2.5.8).</summary>
    private const string SmallTargets =
        """
        () => [...document.querySelectorAll("a, button, input, select, summary")]
          .filter((node) => node.checkVisibility() && !node.matches(".skip"))
          .map((node) => ({ node, box: node.getBoundingClientRect() }))
          .filter(({ box }) => box.width < 24 || box.height < 24)
          .map(({ node, box }) => `${node.textContent}: ${box.width} x ${box.height}`)
        """;

    [Theory]
    [InlineData(ColorScheme.Light, "rgb(255, 255, 255)")]
    [InlineData(ColorScheme.Dark, "rgb(24, 28, 36)")]
    public async Task Light_and_dark_are_readable(ColorScheme scheme, string background)
    {
        MayRequestsFail = true;
        await FillAsync();
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await OpenAsync();
        Aws.Sts.RemoveRole(Aws.RoleArn);
        using var link = await Http.PostAsync("/links/notes.txt?minutes=600", null, Cancel);
        await Expect(Page.Locator(".banner")).ToBeVisibleAsync();
        await Expect(Page.Locator("#timeline .failed")).ToHaveCountAsync(1);

        await Expect(Page.Locator(".objects")).ToHaveCSSAsync("background-color", background);
        await Page.EvaluateAsync(Contrast);
        Assert.Empty(await Page.EvaluateAsync<string[]>(WeakTexts));
        Assert.Empty(await Page.EvaluateAsync<string[]>(WeakEdges));
        Assert.Empty(await Page.EvaluateAsync<string[]>(SmallTargets));
        await FindNoViolationAsync();
        await SaveAsync($"{scheme}-warning".ToLowerInvariant());
    }

    [Theory]
    [InlineData(360)]
    [InlineData(768)]
    [InlineData(1280)]
    public async Task Nothing_is_wider_than_the_window(int width)
    {
        await Page.SetViewportSizeAsync(width, 800);
        await FillAsync();
        await PutAsync("a-name-without-any-place-to-break-" + new string('x', 200));
        await OpenAsync();
        await Expect(Rows).ToHaveCountAsync(5);

        Assert.Equal(width, await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Empty(await Page.EvaluateAsync<string[]>(SmallTargets));
        foreach (var column in new[] { "Name", "Size", "Actions" })
        {
            await Expect(Page.GetByRole(AriaRole.Columnheader, new() { Name = column })).ToHaveCountAsync(1);
        }

        await FindNoViolationAsync();
        await SaveAsync($"{width}");
    }

    [Fact]
    public async Task On_a_telephone_the_objects_begin_in_the_upper_half()
    {
        await Page.SetViewportSizeAsync(390, 844);
        await FillAsync();
        await OpenAsync();
        await Expect(Page.Locator("#timeline li")).ToHaveCountAsync(2);

        Assert.InRange((await Page.Locator("#objects").BoundingBoxAsync())!.Y, 1, 422);
        await Expect(Rows.First.Locator("time")).ToBeVisibleAsync();
        await FindNoViolationAsync();
        await SaveAsync("telephone");
    }

    [Fact]
    public async Task The_identity_is_shown_and_its_life_counts_down()
    {
        await Page.SetViewportSizeAsync(1200, 760);
        await FillAsync();
        await OpenAsync();

        await Expect(Page.Locator("#role")).ToHaveTextAsync("local-app");
        await Expect(Page.Locator("#arn")).ToHaveTextAsync("arn:aws:sts::111122223333:assumed-role/local-app/app-0");
        await Expect(Page.Locator("#session")).ToHaveTextAsync("app-0");
        await Expect(Page.Locator("#last")).ToContainTextAsync(" ago");
        await Expect(Page.Locator("#next")).ToContainTextAsync(" min");
        await Expect(Page.Locator("#timeline li")).ToHaveCountAsync(2);
        await Expect(Page.Locator("#mark")).ToBeVisibleAsync();
        var first = await Page.GetByRole(AriaRole.Timer).TextContentAsync();
        Assert.Matches("^59:[0-5][0-9]$", first);
        await Expect(Page.GetByRole(AriaRole.Timer)).Not.ToHaveTextAsync(first!);
        await SaveAsync("page");
    }

    [Fact]
    public async Task Forced_colours_keep_health_and_progress_visible()
    {
        await FillAsync();
        await Page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        await OpenAsync();

        foreach (var part in new[] { "#health", "#timeline li:last-child" })
        {
            var colors = await Page.Locator(part).EvaluateAsync<string[]>("node => [getComputedStyle(node, '::before').backgroundColor, getComputedStyle(document.body).backgroundColor]");
            Assert.NotEqual(colors[0], colors[1]);
        }

        await Expect(Page.Locator("#life")).ToHaveCSSAsync("border-top-style", "solid");
        await SaveAsync("forced-colours");
    }

    [Theory]
    [InlineData("#share", "Share: notes.txt")]
    [InlineData("#ask", "Delete: notes.txt")]
    public async Task A_dialog_has_no_violation_either(string dialog, string button)
    {
        await FillAsync();
        await OpenAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await Expect(Page.Locator(dialog)).ToBeVisibleAsync();

        await FindNoViolationAsync();
        await SaveAsync(dialog[1..]);
    }

    /// <summary>By the rules of axe-core, which Deque's package carries.</summary>
    private async Task FindNoViolationAsync()
    {
        var result = await Page.RunAxe();
        Assert.Empty(result.Violations.Select(static violation => $"{violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(static node => node.Html))}"));
    }

    private async Task FillAsync()
    {
        await PutAsync("invoices/2026/04.pdf", "photos/cat.jpg", "notes.txt");
        foreach (var (key, size) in new[] { ("backup-2026-05.tar.gz", 2_480_000), ("invoice-1042.pdf", 183_400), ("report-may.csv", 48_211) })
        {
            await Http.PutAsync("/objects/" + key, new ByteArrayContent(new byte[size]), Cancel);
        }
    }

    /// <summary>The README's picture, and others to look at, where PAGE_SCREENSHOTS names a folder.</summary>
    private async Task SaveAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("PAGE_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
        }
    }
}
