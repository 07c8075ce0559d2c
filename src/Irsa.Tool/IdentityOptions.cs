using System.CommandLine;
using Irsa.Credentials;

namespace Irsa.Tool;

/// <summary>The options that select the identity. What is left out comes from the pod's variables.</summary>
internal sealed class IdentityOptions
{
    private readonly Option<string?> _role = new("--role") { Description = "The role's ARN. Default: AWS_ROLE_ARN." };
    private readonly Option<string?> _tokenFile = new("--token-file") { Description = "The token file. Default: AWS_WEB_IDENTITY_TOKEN_FILE." };
    private readonly Option<CredentialSource> _source = new("--source") { Description = "Where the credentials come from (IrsaOptions.Source): WebIdentity, PodIdentity or Injected. Default: WebIdentity." };
    private readonly Option<string?> _region = new("--region") { Description = "The region. Default: AWS_REGION, then AWS_DEFAULT_REGION." };
    private readonly Option<string?> _endpoint = new("--sts-endpoint") { Description = "The endpoint of STS. Default: AWS_ENDPOINT_URL_STS, then AWS_ENDPOINT_URL, then the region's." };
    private readonly Option<bool> _allowUnencrypted = new("--allow-unencrypted-sts") { Description = "Calls STS over plain http at another machine too (IrsaOptions.AllowUnencryptedSts)." };
    private readonly Option<string?> _secondRole = new("--assume-role") { Description = "A second role that the first one assumes (IrsaOptions.AssumeRole).", HelpName = "ARN" };
    private readonly Option<string?> _externalId = new("--external-id") { Description = "The external ID that the second role's trust policy requires." };

    public void AddTo(Command command)
    {
        command.Options.Add(_role);
        command.Options.Add(_tokenFile);
        command.Options.Add(_source);
        command.Options.Add(_region);
        command.Options.Add(_endpoint);
        command.Options.Add(_allowUnencrypted);
        command.Options.Add(_secondRole);
        command.Options.Add(_externalId);
    }

    public IrsaOptions Read(ParseResult parsed) => new()
    {
        RoleArn = parsed.GetValue(_role),
        Source = parsed.GetValue(_source),
        WebIdentityTokenFile = parsed.GetValue(_tokenFile),
        Region = parsed.GetValue(_region),
        StsEndpoint = parsed.GetValue(_endpoint) is { } address ? Address(address) : null,
        AllowUnencryptedSts = parsed.GetValue(_allowUnencrypted),
        AssumeRole = SecondRole(parsed),
    };

    private AssumeRoleOptions? SecondRole(ParseResult parsed) => (parsed.GetValue(_secondRole), parsed.GetValue(_externalId)) switch
    {
        (null, null) => null,
        (null, _) => throw new UsageException("--external-id needs --assume-role."),
        var (role, externalId) => new AssumeRoleOptions { RoleArn = role, ExternalId = externalId },
    };

    /// <summary>An invalid value is not shown: it may hold a password.</summary>
    private static Uri Address(string text) => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var address)
        ? address
        : throw new UsageException("--sts-endpoint is not a URL such as https://sts.eu-central-1.amazonaws.com.");
}
