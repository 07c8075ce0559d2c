using System.CommandLine;
using System.Globalization;
using Irsa.Credentials;
using Irsa.Credentials.Failures;
using Irsa.Credentials.Tokens;

namespace Irsa.Tool;

/// <summary><c>irsa token [FILE]</c>: prints a token's claims, never its signature. Exit code 1 if there is no token.</summary>
internal static class TokenCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("FILE") { Description = "A file, or - for standard input. Default: AWS_WEB_IDENTITY_TOKEN_FILE.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("token", "Prints the claims of a token with times in words, but never the signature.") { file };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(file) ?? Environment.GetEnvironmentVariable("AWS_WEB_IDENTITY_TOKEN_FILE"),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? file, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(file))
        {
            throw new UsageException("Name a token file, because AWS_WEB_IDENTITY_TOKEN_FILE is not set.");
        }

        try
        {
            Write(file == "-" ? await FromInputAsync(cancellationToken) : await FromFileAsync(file, cancellationToken), TimeProvider.System.GetUtcNow());
            return 0;
        }
        catch (IrsaException noToken)
        {
            TextOutput.WriteError(noToken.Message);
            return 1;
        }
    }

    private static async Task<TokenClaims> FromFileAsync(string file, CancellationToken cancellationToken) =>
        (await new TokenFile(Path.GetFullPath(file), TimeProvider.System).ReadAsync(cancellationToken)).Require().Claims;

    private static async Task<TokenClaims> FromInputAsync(CancellationToken cancellationToken) =>
        TokenParser.TryParse((await Console.In.ReadToEndAsync(cancellationToken)).Trim(), out var claims, out var looksLike)
            ? claims
            : throw TokenFileFailures.NotAToken("standard input", looksLike).ToException();

    private static void Write(TokenClaims claims, DateTimeOffset now)
    {
        Line("issuer (iss)", claims.Issuer);
        Line("subject (sub)", claims.Subject);
        Line("audience (aud)", claims.Audience.Count == 0 ? null : string.Join(' ', claims.Audience));
        Line("issued (iat)", Time(claims.IssuedAt, now));
        Line("valid from (nbf)", Time(claims.NotBefore, now));
        Line(claims.Expiration <= now ? "expired (exp)" : "expires (exp)", Time(claims.Expiration, now));
        Line("namespace", claims.Namespace);
        Line("service account", claims.ServiceAccount);
        Line("pod", claims.PodName);
        Line("algorithm (alg)", claims.Algorithm);
        Line("key (kid)", claims.KeyId);
    }

    private static void Line(string name, string? value) => Console.Out.WriteLine($"{name,-17} {(value is null ? "-" : DisplayText.Escape(value))}");

    private static string? Time(DateTimeOffset? time, DateTimeOffset now) =>
        time is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:u}, {DurationText.Relative(value, now)}") : null;
}
