using System.Reflection;
using System.Text;

namespace Irsa.Credentials.Tests.Failures;

/// <summary>
/// docs/errors.md is written from the catalog: <c>IRSA_UPDATE_DOCS=1 dotnet test tests/Irsa.Credentials.Tests -f net10.0 --filter ErrorPageTests</c>.
/// </summary>
public sealed class ErrorPageTests
{
    private static readonly string Page = Path.Combine(
        Path.GetDirectoryName(typeof(ErrorPageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static item => item.Key == "Readme").Value!)!,
        "docs",
        "errors.md");

    [Fact]
    public async Task The_page_of_errors_says_what_the_catalog_says()
    {
        var rendered = Render();
        if (Environment.GetEnvironmentVariable("IRSA_UPDATE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(Page, rendered, TestContext.Current.CancellationToken);
        }

        Assert.Equal(rendered, (await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"));
    }

    private static string Render()
    {
        var page = new StringBuilder("""
            # Errors

            Each error has a stable id. Exceptions, log lines, the health check and `irsa doctor` begin with it, and `irsa explain ID` prints the row
            of this table. An exception says more than the table, because it knows the values. Words in capitals stand for values of your own.

            | Ids | Area |
            |---|---|
            | IRSA1xx | what is injected into the container, and the options |
            | IRSA2xx | the token file and the token |
            | IRSA3xx | the answer of STS |
            | IRSA4xx | the network between the pod and STS |
            | IRSA5xx | the application: registrations, clients, unexpected exceptions |
            | IRSA6xx | EKS Pod Identity, or another endpoint that gives credentials to containers |

            This page is written from the code. After a change of the texts, run
            `IRSA_UPDATE_DOCS=1 dotnet test tests/Irsa.Credentials.Tests -f net10.0 --filter ErrorPageTests`.

            | Id | What was seen | Why it usually happens | What to do |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var row in IrsaErrorExplanation.All)
        {
            page.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {row.Id} | {row.Title} | {row.Cause} | {Escaped(row.Remedy)} |\n");
        }

        return page.ToString();
    }

    /// <summary>Angle brackets of generic arguments are no HTML.</summary>
    private static string Escaped(string text) => text.Replace("<", "\\<", StringComparison.Ordinal);
}
