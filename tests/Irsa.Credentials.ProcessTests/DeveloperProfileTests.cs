using System.Runtime.CompilerServices;
using Amazon.S3;
using Irsa.Credentials.Configuration;
using Irsa.Credentials.DependencyInjection;
using Irsa.Credentials.Sts;
using Irsa.Credentials.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Irsa.Credentials.ProcessTests;

/// <summary>The SDK takes the files of profiles from variables of the process.</summary>
[Collection(nameof(Sequence))]
public sealed class DeveloperProfileTests : IAsyncLifetime
{
    private const string Single =
        """
        [profile sso]
        sso_session = corp
        sso_account_id = 111122223333
        sso_role_name = Developer
        [profile role-by-sso]
        role_arn = arn:aws:iam::111122223333:role/app
        source_profile = sso
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        sso_region = eu-central-1
        """;

    private static readonly string Folder = Directory.CreateTempSubdirectory("irsa-profiles-").FullName;

    private readonly RecordingLoggerFactory _logs = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private LocalAws _aws = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static InjectedEnvironment Laptop => new(static name => name == "DOTNET_ENVIRONMENT" ? "Development" : null);

    internal static string Config => Path.Combine(Folder, "config");

    /// <summary>The SDK remembers where the files are for as long as the process lives, and passes over a variable whose file is not there at first.</summary>
    [ModuleInitializer]
    internal static void NameFiles()
    {
        Name("AWS_CONFIG_FILE", Config);
        Name("AWS_SHARED_CREDENTIALS_FILE", Path.Combine(Folder, "credentials"));

        static void Name(string variable, string file)
        {
            File.WriteAllText(file, string.Empty);
            Environment.SetEnvironmentVariable(variable, file);
        }
    }

    public async ValueTask InitializeAsync() => _aws = await LocalAws.StartAsync(cancellationToken: Cancel);

    public ValueTask DisposeAsync()
    {
        File.WriteAllText(Config, string.Empty);
        return _aws.DisposeAsync();
    }

    [Fact]
    public async Task Its_keys_sign_and_its_region_is_the_clients()
    {
        await File.WriteAllTextAsync(Config, Keys("dev", "AKIADEVELOPER0000001"), Cancel);
        using var host = Build("dev");
        await host.StartAsync(Cancel);

        var s3 = host.Services.GetRequiredService<IAmazonS3>();
        await Assert.ThrowsAsync<AmazonS3Exception>(() => s3.ListBucketsAsync(Cancel));

        Assert.Equal("AKIADEVELOPER0000001", Assert.Single(_aws.S3.Calls).AccessKeyId);
        Assert.Equal("ap-south-1", IdentitySettings.Of(host.Services, string.Empty).Region);
        var line = await _logs.LineAsync("AWS identity", Cancel);
        Assert.StartsWith("Information", line, StringComparison.Ordinal);
        Assert.Contains("the profile \"dev\" (BasicAWSCredentials), because nothing is injected and IrsaOptions.DeveloperProfile is set", line, StringComparison.Ordinal);
        Assert.DoesNotContain("AKIADEVELOPER", string.Concat(_logs.Lines), StringComparison.Ordinal);
        var status = host.Services.GetRequiredService<WebIdentityTokenCredentials>().Status;
        Assert.Equal((CredentialState.Valid, "the profile \"dev\""), (status.State, status.RoleArn));
        Assert.Equal(HealthStatus.Healthy, (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancel)).Status);
    }

    [Theory]
    [InlineData(null, "ap-south-1")]
    [InlineData("eu-north-1", "eu-north-1")]
    public async Task Its_region_is_that_of_an_identity_without_a_container_too(string? region, string expected)
    {
        await File.WriteAllTextAsync(Config, Keys("dev", "AKIADEVELOPER0000001"), Cancel);

        var settings = SettingsReader.Read(new IrsaOptions { DeveloperProfile = "dev", Region = region }, Laptop).Require();
        await using var credentials = new WebIdentityTokenCredentials(settings, new CredentialCacheDependencies(null, _time));
        var token = await credentials.GetRdsAuthTokenAsync("db.example", 5432, "app", Cancel);

        Assert.Contains($"%2F{expected}%2Frds-db%2F", token.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default", "ap-south-1")]
    [InlineData("other", null)]
    public async Task The_default_chain_has_the_region_of_its_profile(string profile, string? expected)
    {
        await File.WriteAllTextAsync(Config, Keys(profile, "AKIADEVELOPER0000001"), Cancel);

        var result = SettingsReader.Read(new IrsaOptions { WhenNotInjected = NotInjectedBehavior.UseDefaultChain }, Laptop);

        Assert.Empty(result.Faults);
        Assert.Equal(expected, result.Region);
    }

    [Fact]
    public async Task What_a_process_issues_ends_a_minute_before_it_says_as_for_the_SDK()
    {
        var end = TimeProvider.System.GetUtcNow().AddHours(2);
        var answer = Path.Combine(Folder, "answer.json");
        await File.WriteAllTextAsync(answer, $$"""{"Version":1,"AccessKeyId":"ASIAPROCESS000000001","SecretAccessKey":"secret","SessionToken":"token","Expiration":"{{end:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""", Cancel);
        await File.WriteAllTextAsync(Config, $"[profile process]\ncredential_process = cat {answer}\n", Cancel);
        await using var container = Services("process").BuildServiceProvider();
        var credentials = container.GetRequiredService<WebIdentityTokenCredentials>();

        Assert.Equal("ASIAPROCESS000000001", (await credentials.GetCredentialsAsync(Cancel)).AccessKey);
        Assert.InRange(credentials.Expiration!.Value, end.UtcDateTime.AddSeconds(-61), end.UtcDateTime);
    }

    [Theory]
    [InlineData("sso")]
    [InlineData("role-by-sso")]
    public async Task A_single_sign_on_that_cannot_be_read_lets_the_host_start_and_names_packages_and_login(string profile)
    {
        await File.WriteAllTextAsync(Config, Single, Cancel);
        using var host = Build(profile);
        await host.StartAsync(Cancel);

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => host.Services.GetRequiredService<IAmazonS3>().ListBucketsAsync(Cancel));

        Assert.Equal(IrsaErrorCode.DeveloperCredentialsUnavailable, thrown.Code);
        Assert.Contains($"The profile \"{profile}\" logs in with the single sign-on \"corp\"", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("dotnet add package AWSSDK.SSO, and dotnet add package AWSSDK.SSOOIDC", thrown.Remedy, StringComparison.Ordinal);
        Assert.Contains($"aws sso login --profile {profile}", thrown.Remedy, StringComparison.Ordinal);
        Assert.Empty(_aws.S3.Calls);
    }

    [Fact]
    public async Task A_profile_that_is_missing_is_named_and_works_as_soon_as_it_is_there()
    {
        await File.WriteAllTextAsync(Config, Keys("other", "AKIADEVELOPER0000002"), Cancel);
        await using var container = Services("dev").BuildServiceProvider();
        var credentials = container.GetRequiredService<WebIdentityTokenCredentials>();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => credentials.GetCredentialsAsync(Cancel));
        Assert.Equal(IrsaErrorCode.DeveloperCredentialsUnavailable, thrown.Code);
        Assert.Contains("The profile \"dev\" does not exist", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("aws configure sso --profile dev", thrown.Remedy, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Config, Keys("dev", "AKIADEVELOPER0000003"), Cancel);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("AKIADEVELOPER0000003", (await credentials.GetCredentialsAsync(Cancel)).AccessKey);
    }

    [Fact]
    public async Task Its_secrets_are_not_in_what_a_broken_process_says()
    {
        await File.WriteAllTextAsync(Config, "[profile broken]\ncredential_process = /bin/false\n", Cancel);
        await using var container = Services("broken").BuildServiceProvider();

        var thrown = await Assert.ThrowsAsync<IrsaException>(() => container.GetRequiredService<WebIdentityTokenCredentials>().GetCredentialsAsync(Cancel));

        Assert.Contains("The AWS SDK says", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("aws sts get-caller-identity --profile broken", thrown.Remedy, StringComparison.Ordinal);
    }

    private static string Keys(string profile, string accessKey) =>
        $"[profile {profile}]\naws_access_key_id = {accessKey}\naws_secret_access_key = secret-of-a-developer\nregion = ap-south-1\n";

    private IHost Build(string profile)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = "Development" });
        Add(builder.Services, profile);
        builder.Services.AddHealthChecks().AddIrsa();
        return builder.Build();
    }

    private ServiceCollection Services(string profile)
    {
        var services = new ServiceCollection();
        Add(services, profile);
        return services;
    }

    private void Add(IServiceCollection services, string profile)
    {
        services.AddSingleton<ILoggerFactory>(_logs);
        services.AddSingleton(Laptop);
        services.AddIrsaAws(options =>
        {
            options.DeveloperProfile = profile;
            options.TimeProvider = _time;
        }).AddClient<IAmazonS3, AmazonS3Config>(_aws.Configure);
    }
}
