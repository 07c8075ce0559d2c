using System.Text.RegularExpressions;

namespace Irsa.Tool;

/// <summary>The name of a namespace, a service account or a Deployment.</summary>
internal static partial class KubernetesName
{
    public static bool IsValid(string name) => Pattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\z")]
    private static partial Regex Pattern();
}
