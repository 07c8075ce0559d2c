using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Irsa.Credentials.PageTests;

public sealed class KeyboardTests(Chromium chromium) : PageTest(chromium)
{
    [Fact]
    public async Task Everything_is_reached_in_order_and_done_with_the_keyboard_alone()
    {
        await PutAsync("folder/inner.txt", "a.txt", "b.txt");
        await OpenAsync();

        await TabToAsync("Skip to the objects", AriaRole.Link);
        await TabToAsync(Bucket, AriaRole.Link);
        await TabToAsync("Names that start with", AriaRole.Searchbox);
        await TabToAsync("Reload the list");
        await TabToAsync("Upload a folder");
        await TabToAsync("Upload");
        await TabToAsync("Select all objects that are shown", AriaRole.Checkbox);
        await TabToAsync("folder", AriaRole.Link);
        await TabToAsync("Select: a.txt", AriaRole.Checkbox);
        await TabToAsync("Download: a.txt");
        await TabToAsync("Share: a.txt");
        await TabToAsync("Delete: a.txt");

        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Delete: a.txt" })).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Delete: b.txt" })).ToBeFocusedAsync();
        Assert.Equal(["b.txt", "folder/inner.txt"], Aws.S3.Keys(Bucket));

        await Page.GetByRole(AriaRole.Link, new() { Name = "folder" }).FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Rows).ToContainTextAsync(["inner.txt"]);
    }

    [Fact]
    public async Task The_skip_link_leads_to_the_objects_and_focus_is_always_visible()
    {
        await PutAsync("a.txt");
        await OpenAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the objects" })).ToBeInViewportAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "Objects" })).ToBeFocusedAsync();

        for (var i = 0; i < 7; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            Assert.NotEqual("none", await Page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle"));
        }
    }

    private async Task TabToAsync(string name, AriaRole role = AriaRole.Button)
    {
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.GetByRole(role, new() { Name = name, Exact = true })).ToBeFocusedAsync();
    }
}
