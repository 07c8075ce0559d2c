using System.Net;
using System.Xml;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Irsa.Credentials.Failures;

namespace Irsa.Credentials.Tests.Failures;

/// <summary>
/// Whatever a server, a proxy or the runtime says, no form of a known secret reaches the exception, its inner exceptions, or the words that log,
/// health check and doctor show. The fuzzer asks the same of more cases (tests/fuzz).
/// </summary>
public sealed class PlantedSecretTests
{
    private const int Cases = 40;

    public static TheoryData<int> Seeds => [1, Environment.TickCount];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_form_of_a_known_secret_survives(int seed)
    {
        var random = new Random(seed);
        for (var number = 0; number < Cases; number++)
        {
            var planted = PlantedSecret.From(random);
            foreach (var (channel, text) in Shown(planted, random))
            {
                Assert.False(planted.SurvivesIn(text), $"seed {seed}, case {number}, {planted.Form}, {channel}");
            }
        }
    }

    /// <summary>A property that holds for a redactor that does nothing proves nothing.</summary>
    [Fact]
    public void A_planted_secret_is_there_before_it_is_removed()
    {
        var random = new Random(1);
        var survivors = Enumerable.Range(0, Cases).Select(_ => PlantedSecret.From(random)).Count(static planted => planted.SurvivesIn($"said '{planted.Written}'"));

        Assert.InRange(survivors, Cases * 2 / 3, Cases);
    }

    private static IEnumerable<(string Channel, string Text)> Shown(PlantedSecret planted, Random random)
    {
        var words = $"cannot handle '{planted.Written}' here";
        yield return ("redactor", SecretRedactor.Redact(words, [.. planted.All]));
        yield return ("doctor", SecretRedactor.RemoveKnown(words, [.. planted.All]));

        var context = new ExchangeContext("AssumeRoleWithWebIdentity", TestSettings.Role, static () => "STS in eu-central-1", "eu-central-1", Token: null, Attempts: 1) { Secrets = [.. planted.All] };
        var failure = FailureClassifier.Classify(Thrown(words, random.Next(7)), context);
        yield return ("failure", failure.ToString());
        yield return ("sentence of STS", $"{failure.Sts}");
        for (Exception? exception = failure.ToException(); exception is not null; exception = exception.InnerException)
        {
            yield return ($"message of {exception.GetType().Name}", exception.Message);
            yield return ($"text of {exception.GetType().Name}", exception.ToString());
            yield return ($"code of {exception.GetType().Name}", $"{(exception as AmazonServiceException)?.ErrorCode} {(exception as AmazonServiceException)?.RequestId}");
        }
    }

    private static Exception Thrown(string words, int kind) => kind switch
    {
        0 => new AmazonSecurityTokenServiceException(words, ErrorType.Sender, "AccessDenied", "request-1", HttpStatusCode.Forbidden),
        1 => new AmazonSecurityTokenServiceException("refused", ErrorType.Sender, words, words, HttpStatusCode.BadRequest),
        2 => new HttpRequestException(words, new IOException(words)),
        3 => new AmazonServiceException(words, new HttpRequestException(words)),
        4 => new AmazonUnmarshallingException("request-1", words, new XmlException(words)),
        5 => new InvalidOperationException("outer", new AggregateException(new InvalidOperationException(words), new TimeoutException(words))),
        _ => new InvalidOperationException(words),
    };
}
