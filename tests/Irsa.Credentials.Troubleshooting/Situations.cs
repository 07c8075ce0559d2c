using System.Globalization;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.Troubleshooting;

/// <summary>The ten, most reported first.</summary>
internal static class Situations
{
    public static readonly IReadOnlyList<Situation> All =
    [
        new(
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
            "The trust policy names the service account of another namespace, and STS does not say so. `role.json` is the answer of `aws iam get-role`.",
            static async stage =>
            {
                var wrong = TrustPolicy.For(stage.Aws.Issuer.Url.OriginalString, "default", "orders", stage.Aws.RoleArn).ToJson();
                stage.Aws.Sts.RemoveRole(stage.Aws.RoleArn);
                stage.Aws.Sts.AddRole(stage.Aws.RoleArn, wrong);
                await stage.RunAsync("exchange");
                await stage.RunAsync("doctor");
                var file = Path.Combine(Directory.CreateTempSubdirectory("irsa-role-").FullName, "role.json");
                await File.WriteAllTextAsync(file, wrong);
                await stage.RunAsync("trust-policy", "--compare", file);
                Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
            }),
        new(
            "The pod runs as the node's role",
            "The manifest sets `AWS_ROLE_ARN` itself, so the webhook adds no token file, and the instance metadata service answers the pod: other SDKs take the node's role silently.",
            static async stage =>
            {
                await using var metadata = StubServer.Answering(static _ => StubServer.Http("200 OK", "text/plain", "token"));
                stage.Variables.Remove("AWS_WEB_IDENTITY_TOKEN_FILE");
                stage.Variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = $"http://127.0.0.1:{metadata.Port}/";
                await stage.RunAsync("exchange");
                await stage.RunAsync("doctor");
            }),
        new(
            "AWSSDK.SecurityToken is missing at the first call",
            "The package references it and constructs its client itself, so nothing is found by reflection at run time and nothing can be missing: this is what a healthy pod prints.",
            static async stage =>
            {
                await stage.LetAsync("an application's first call", async (configure, lines) =>
                {
                    await using var credentials = Create(configure, lines);
                    await credentials.GetCredentialsAsync();
                    await LoggedAsync(lines, 1);
                });
                await stage.RunAsync("doctor");
            }),
        new(
            "The webhook injected nothing",
            "The pod is older than the annotation, or the webhook was away when it was created.",
            static async stage =>
            {
                stage.Variables.Remove("AWS_ROLE_ARN");
                stage.Variables.Remove("AWS_WEB_IDENTITY_TOKEN_FILE");
                await stage.RunAsync("exchange");
                await stage.RunAsync("doctor");
            }),
        new(
            "Refresh hands out expired credentials, or blocks every request",
            "STS fails at the refresh after half an hour. Requests go on with the credentials that are still valid; the log has one warning, and one line at recovery.",
            static async stage =>
            {
                await stage.LetAsync("an application, over a refresh that fails five times", static async (_, lines) =>
                {
                    var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
                    await using var aws = await LocalAws.StartAsync(options => options.TimeProvider = time);
                    await using var credentials = new WebIdentityTokenCredentials(Options(aws.Configure), lines, time);
                    var first = await credentials.GetCredentialsAsync();
                    await LoggedAsync(lines, 1);
                    aws.Sts.Faults.Always(Fault.ServerError(503));
                    for (var failures = 0; failures < 5; failures++)
                    {
                        await NextAttemptAsync(credentials, time);
                    }

                    await LoggedAsync(lines, 2);
                    lines.Say($"a request meanwhile gets the first credentials: {(ReferenceEquals(first, await credentials.GetCredentialsAsync()) ? "yes" : "no")}");
                    aws.Sts.Faults.Clear();
                    await NextAttemptAsync(credentials, time);
                    await LoggedAsync(lines, 3);
                });
                stage.Aws.Sts.Faults.Always(Fault.ServerError(503));
                await stage.RunAsync("doctor");
            }),
        new(
            "The token file cannot be read by a user who is not root",
            "The file has mode 0600 and belongs to root; the process runs as user 65534.",
            static async stage =>
            {
                stage.Aws.Tokens.FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                stage.Aws.Tokens.Rotate();
                if (OperatingSystem.IsWindows())
                {
                    throw new PlatformNotSupportedException("Windows has no such modes.");
                }

                File.SetUnixFileMode(Path.GetDirectoryName(stage.Aws.Tokens.Path)!, (UnixFileMode)0b111_101_101);
                stage.User = 65534;
                await stage.RunAsync("exchange");
                await stage.RunAsync("doctor");
            }),
        new(
            "InvalidIdentityToken",
            "One code for four causes, told apart by STS's sentence. First the role's account has no OIDC provider for the cluster; then the provider does not know the token's audience; then STS cannot validate the signature.",
            static async stage =>
            {
                stage.Aws.Sts.RemoveProvider(stage.Aws.Issuer.Url.OriginalString);
                await stage.RunAsync("exchange");
                await stage.RunAsync("doctor");
                stage.Aws.Sts.AddProvider(stage.Aws.Issuer.Url.OriginalString, TrustPolicy.DefaultAudience);
                stage.Aws.Tokens.Write(stage.Aws.Issuer.IssueToken(static token => token.Audience = "kubernetes"));
                await stage.RunAsync("exchange");
                stage.Aws.Tokens.Write(stage.Aws.Issuer.IssueToken(static token => token.InvalidSignature = true));
                await stage.RunAsync("exchange");
            }),
        new(
            "STS throttles, because every client asks for itself",
            "A thousand callers at a cold start, and STS throttles the first call.",
            static async stage =>
            {
                await stage.LetAsync("an application with a thousand first callers", async (configure, lines) =>
                {
                    stage.Aws.Sts.Faults.Next(Fault.Throttle());
                    await using var credentials = Create(configure, lines);
                    await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => credentials.GetCredentialsAsync()));
                    await LoggedAsync(lines, 1);
                    lines.Say(string.Create(CultureInfo.InvariantCulture, $"calls to STS: {stage.Aws.Sts.Calls.Count}"));
                });
                stage.Aws.Sts.Faults.Always(Fault.Throttle());
                await stage.RunAsync("doctor");
            }),
        new(
            "It hangs while it gets credentials",
            "STS accepts the connection and never answers. The application has set `AttemptTimeout` to 1 s and `ExchangeTimeout` to 2 s; the defaults are 5 s and 20 s.",
            static async stage =>
            {
                stage.Aws.Sts.Faults.Always(Fault.Hang());
                await stage.LetAsync("an application's first call", async (configure, lines) =>
                {
                    await using var credentials = Create(
                        options =>
                        {
                            configure(options);
                            options.AttemptTimeout = TimeSpan.FromSeconds(1);
                            options.ExchangeTimeout = TimeSpan.FromSeconds(2);
                            options.MaxAttempts = 1;
                        },
                        lines);
                    await FailAsync(credentials, lines);
                });
                await stage.RunAsync("doctor");
            }),
        new(
            "The error is opaque, late, or retried although it is permanent",
            "STS is deactivated in the region. One call, then the cause and the next step.",
            static async stage =>
            {
                stage.Aws.Sts.Faults.Always(StsFault.RegionDisabled());
                await stage.LetAsync("an application's first call", async (configure, lines) =>
                {
                    await using var credentials = Create(configure, lines);
                    await FailAsync(credentials, lines);
                    lines.Say(string.Create(CultureInfo.InvariantCulture, $"calls to STS: {stage.Aws.Sts.Calls.Count}"));
                });
                await stage.RunAsync("doctor");
            }),
    ];

    private static WebIdentityTokenCredentials Create(Action<IrsaOptions> configure, LogLines lines) => new(Options(configure), lines);

    private static IrsaOptions Options(Action<IrsaOptions> configure)
    {
        var options = new IrsaOptions();
        configure(options);
        return options;
    }

    private static async Task FailAsync(WebIdentityTokenCredentials credentials, LogLines lines)
    {
        try
        {
            await credentials.GetCredentialsAsync();
        }
        catch (IrsaException failure)
        {
            await LoggedAsync(lines, 1);
            lines.Say($"{nameof(IrsaException)}: {failure.Message}");
        }
    }

    /// <summary>The exchange runs on real sockets while the clock is ours, so the clock stands still until it has ended.</summary>
    private static async Task NextAttemptAsync(WebIdentityTokenCredentials credentials, FakeTimeProvider time)
    {
        var before = credentials.Status;
        time.Advance(before.NextRefresh!.Value - time.GetUtcNow() + TimeSpan.FromSeconds(1));
        await Eventually.IsTrueAsync(() => credentials.Status is var now && now.NextRefresh is not null && (now.FailuresInARow, now.LastRefresh) != (before.FailuresInARow, before.LastRefresh), CancellationToken.None);
    }

    /// <summary>The callers are told before the log is.</summary>
    private static Task LoggedAsync(LogLines lines, int count) => Eventually.IsTrueAsync(() => lines.Count == count, CancellationToken.None);

}
