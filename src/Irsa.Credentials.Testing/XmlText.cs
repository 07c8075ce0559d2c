using System.Xml;

namespace Irsa.Credentials.Testing;

/// <summary>Text of a request in an XML response.</summary>
internal static class XmlText
{
    /// <summary>Replaces characters that XML 1.0 cannot represent with U+FFFD.</summary>
    public static string Replace(string text)
    {
        if (IsValid(text))
        {
            return text;
        }

        var characters = text.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            if (i + 1 < characters.Length && XmlConvert.IsXmlSurrogatePair(characters[i + 1], characters[i]))
            {
                i++;
            }
            else if (!XmlConvert.IsXmlChar(characters[i]))
            {
                characters[i] = '\uFFFD';
            }
        }

        return new string(characters);
    }

    private static bool IsValid(string text) => text.All(XmlConvert.IsXmlChar);
}
