namespace Irsa.Credentials.Testing;

/// <summary>Entity tags in conditions: with or without quotes, a list, or <c>*</c>.</summary>
internal static class EntityTag
{
    public static bool IsNamed(string header, string tag) =>
        header.Split(',', StringSplitOptions.TrimEntries).Any(named => named == "*" || named.Trim('"') == tag.Trim('"'));
}
