using System.Diagnostics;
using System.Globalization;

namespace Irsa.Credentials.SampleTests;

/// <summary>
/// A container as EKS makes it: the variables that amazon-eks-pod-identity-webhook adds to those of the manifest, and the token's volume as
/// the kubelet writes it. The volume lies in a folder of its own instead of the container's root.
/// </summary>
internal sealed class Pod : IDisposable
{
    public const string DefaultMount = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

    private readonly string _root = Directory.CreateTempSubdirectory("pod-").FullName;
    private readonly string? _annotation;
    private readonly string _token;

    /// <param name="annotation">The role in the service account's annotation; null where the webhook does nothing.</param>
    /// <param name="token">What the kubelet has been given.</param>
    public Pod(string? annotation, string token)
    {
        _annotation = annotation;
        _token = token;
        Allow(_root, 0b111_101_101);
    }

    /// <summary>Gets what is in the container's <c>env</c>: before <see cref="Create"/> what the manifest says.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Gets what <c>envFrom</c> sets: the webhook does not see it, and <c>env</c> beats it.</summary>
    public Dictionary<string, string> FromElsewhere { get; } = [];

    /// <summary>Gets the container's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        Variables.Concat(FromElsewhere.Where(entry => !Variables.ContainsKey(entry.Key))).ToDictionary();

    /// <summary>Gets the region that the webhook was given.</summary>
    public string? DefaultRegion { get; init; } = "eu-central-1";

    /// <summary>Gets whether the webhook adds the regional variable, as it does on EKS.</summary>
    public bool IsRegional { get; init; } = true;

    public string Mount { get; init; } = DefaultMount;

    /// <summary>Gets the mode of the token's file; the default is that of a pod with neither <c>fsGroup</c> nor one user for all containers.</summary>
    public int Mode { get; init; } = 0b110_100_100;

    public int Owner { get; init; }

    public int Group { get; init; }

    public string TokenFile => _root + Mount + "/token";

    /// <summary>Injects what is missing, and writes the volume where it is mounted.</summary>
    public void Create()
    {
        if (_annotation is not null && Inject(_annotation))
        {
            Write();
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>Whether the volume is mounted too.</summary>
    private bool Inject(string role)
    {
        bool Says(params string[] names) => names.Any(Variables.ContainsKey);
        var hasIdentity = Says("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE");
        var hasRegion = Says("AWS_REGION", "AWS_DEFAULT_REGION");
        var hasEndpoints = Says("AWS_STS_REGIONAL_ENDPOINTS");
        if (hasIdentity && hasRegion && hasEndpoints)
        {
            return false;
        }

        if (IsRegional && !hasEndpoints)
        {
            Variables["AWS_STS_REGIONAL_ENDPOINTS"] = "regional";
        }

        if (DefaultRegion is not null && !hasRegion)
        {
            Variables["AWS_DEFAULT_REGION"] = Variables["AWS_REGION"] = DefaultRegion;
        }

        if (!hasIdentity)
        {
            Variables["AWS_ROLE_ARN"] = role;
            Variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = TokenFile;
        }

        return true;
    }

    /// <summary><c>token</c> leads to <c>..data/token</c>, and <c>..data</c> to a folder named by the time.</summary>
    private void Write()
    {
        var mount = _root + Mount;
        var written = Path.Combine(mount, "..2026_11_24_03_00_00.123456789");
        Directory.CreateDirectory(written);
        var file = Path.Combine(written, "token");
        File.WriteAllText(file, _token);
        Allow(file, Mode);
        if ((Owner, Group) != (0, 0))
        {
            using var chown = Process.Start("chown", [string.Create(CultureInfo.InvariantCulture, $"{Owner}:{Group}"), file]);
            chown.WaitForExit();
        }

        File.CreateSymbolicLink(Path.Combine(mount, "..data"), Path.GetFileName(written));
        File.CreateSymbolicLink(Path.Combine(mount, "token"), "..data/token");
    }

    private static void Allow(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }
    }
}
