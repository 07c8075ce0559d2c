namespace Irsa.Credentials.Troubleshooting;

/// <summary>The page: one section a situation.</summary>
internal static class Document
{
    public static async Task WriteAsync(TextWriter page, string tool)
    {
        await page.WriteAsync("""
            # Troubleshooting

            The ten pains that users of IRSA report most, each built with `LocalAws`, and what this library and the command `irsa` then print.
            This page is written by `dotnet run --project tests/Irsa.Credentials.Troubleshooting -- TOOL write docs/troubleshooting.md`, where TOOL is
            the command, and compared by `.ci/run`. Times, ports and user numbers are replaced by fixed ones, long lines are wrapped, and the
            token's path is the one in a pod; nothing else is changed. `irsa explain ID` explains an id.

            """);
        var number = 0;
        foreach (var situation in Situations.All)
        {
            await using var stage = await Stage.SetAsync(tool);
            await situation.PlayAsync(stage);
            await page.WriteAsync($"\n## {++number}. {situation.Title}\n\n{situation.Story}\n{stage.Transcript}");
        }
    }
}
