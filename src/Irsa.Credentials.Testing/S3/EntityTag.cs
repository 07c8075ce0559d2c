namespace Irsa.Credentials.Testing;

/// <summary>Entity tags as conditions name them: with or without quotes, several, or any.</summary>
internal static class EntityTag
{
    public static bool IsNamed(string header, string tag) =>
        header.Split(',', StringSplitOptions.TrimEntries).Any(named => named == "*" || named.Trim('"') == tag.Trim('"'));
}
