using System.Buffers;
using System.Text;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.SecurityToken;

namespace Irsa.Credentials.Failures;

/// <summary>
/// Removes secrets from text that others wrote: sentences of servers, and messages of exceptions. Secrets that are known are removed by value
/// in every form; ARNs, issuers and names are kept, because they are the evidence. Text that quotes the body of a response is not kept at all:
/// a truncated body may hold fresh credentials that nobody knows yet.
/// </summary>
internal static class SecretRedactor
{
    private const string Removed = "[removed]";
    private const string UnreadableResponse = "The response could not be read; its text is not repeated here.";
    private const int LongestResult = 500;
    private const int LongestSecret = 20_000;
    private const int ShortestToken = 16;
    private const int ShortestRandomRun = 36;

    private static readonly SearchValues<char> EndsAuthority = SearchValues.Create("/ \t\r\n\"'");
    private static readonly SearchValues<char> EndsWord = SearchValues.Create(" \t\r\n\"'");

    /// <summary>Whether the SDK quotes a response's body in this message.</summary>
    public static bool QuotesBody(string message) => message.Contains("HTTP Body:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The text without secrets, cut to a readable length. The costs do not grow with the text's length.</summary>
    public static string Redact(string text, KnownSecrets secrets) => Redact(text, secrets, isSetting: false);

    private static string Redact(string text, KnownSecrets secrets, bool isSetting)
    {
        // What follows the cut is not shown, but a secret that begins before it has to be recognised.
        var bounded = text.Length <= LongestResult + LongestSecret ? text : text[..(LongestResult + LongestSecret)];
        var hidden = new bool[bounded.Length];
        secrets.Mark(bounded, hidden);
        MarkTokens(bounded, hidden, isSetting);
        MarkRandomRuns(bounded, hidden);
        MarkUserInfo(bounded, hidden);
        return DisplayText.Cut(Replace(bounded, hidden), LongestResult);
    }

    /// <summary>The value of a setting in quotation marks. People paste the secret itself where the path of its file, or the name of its owner, is meant.</summary>
    public static string Quote(string value) => DisplayText.Quote(Redact(value, [], isSetting: true));

    /// <summary>The same, with escapes for all that is not ASCII.</summary>
    public static string QuoteAscii(string value) => DisplayText.QuoteAscii(Redact(value, [], isSetting: true));

    /// <summary>Whether nothing of a setting looks like a secret, so that a command may contain it as it is.</summary>
    public static bool MayBeShown(string value) => Redact(value, [], isSetting: true) == value;

    /// <summary>The whole text without the secrets that are known.</summary>
    public static string RemoveKnown(string text, KnownSecrets secrets)
    {
        var hidden = new bool[text.Length];
        secrets.Mark(text, hidden);
        return Replace(text, hidden);
    }

    /// <summary>The exception itself, or another that says the same without secrets and without the body of a response.</summary>
    public static Exception WithoutResponse(Exception exception, KnownSecrets secrets) => exception switch
    {
        _ when exception.Find<XmlException>() is not null || exception.Find<AmazonUnmarshallingException>() is not null => new AmazonClientException(UnreadableResponse),
        AmazonServiceException { InnerException: { } inner } when inner is not HttpErrorResponseException => WithoutResponse(inner, secrets),
        AmazonServiceException refusal => new AmazonSecurityTokenServiceException(
            Shown(refusal.Message, secrets),
            refusal.ErrorType,
            Shown(refusal.ErrorCode ?? string.Empty, secrets),
            Shown(refusal.RequestId ?? string.Empty, secrets),
            refusal.StatusCode),
        _ when IsClean(exception, secrets) => exception,
        _ => new AmazonClientException($"{exception.GetType().FullName}: {Shown(MessageOf(exception), secrets)}"),
    };

    /// <summary>The message of an exception of the application, whose own code may throw where it is asked for.</summary>
    public static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception thrown)
        {
            return $"its message cannot be read ({thrown.GetType().Name})";
        }
    }

    private static string Shown(string message, KnownSecrets secrets) =>
        QuotesBody(message) ? UnreadableResponse : DisplayText.EscapeLines(Redact(message, secrets));

    /// <summary>What cannot be looked at is not clean: this runs while a failure is classified, and an exception would take the failure's place.</summary>
    private static bool IsClean(Exception exception, KnownSecrets secrets)
    {
        try
        {
            for (var cause = exception; cause is not null; cause = cause.InnerException)
            {
                if (cause is AmazonServiceException or AggregateException { InnerExceptions.Count: > 1 } || Texts(cause).Any(text => Shown(text, secrets) != text))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>What handlers and logs print of an exception, besides its type and its stack.</summary>
    private static IEnumerable<string> Texts(Exception exception)
    {
        yield return exception.Message;
        yield return exception.HelpLink ?? string.Empty;
        for (var entries = exception.Data?.GetEnumerator(); entries?.MoveNext() == true;)
        {
            yield return $"{entries.Key}={entries.Value}";
        }
    }

    /// <summary>
    /// Any JSON web token: <c>eyJ</c> is base64 for the beginning of a JSON object, <c>ZXlK</c> the same encoded once more. A setting may be a name such
    /// as KeyJanitor, so within a word of a setting only what has a token's first part, and a dot behind it, is one.
    /// </summary>
    private static void MarkTokens(string text, bool[] hidden, bool isSetting)
    {
        for (var index = 0; index < text.Length; index++)
        {
            var rest = text.AsSpan(index);
            if (rest.StartsWith(TokenContent.EncodedStart, StringComparison.Ordinal)
                || (rest.StartsWith(TokenContent.TokenStart, StringComparison.Ordinal)
                    && (!isSetting || index == 0 || !char.IsAsciiLetterOrDigit(text[index - 1]) || (rest.IndexOfAny('.', '/') is >= ShortestToken and var end && rest[end] == '.'))))
            {
                index = MarkRun(text, hidden, index, static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '+' or '/' or '=' or '%', ShortestToken);
            }
        }
    }

    /// <summary>Random base64, as a secret key or a session token is. Names change between capitals, small letters and digits less often.</summary>
    private static void MarkRandomRuns(string text, bool[] hidden)
    {
        for (var index = 0; index < text.Length; index++)
        {
            var end = index;
            var changes = 0;
            var kinds = 0;
            for (var last = -1; end < text.Length && KindOf(text[end]) is >= 0 and var kind; end++)
            {
                kinds |= 1 << kind;
                changes += last >= 0 && last != kind ? 1 : 0;
                last = kind;
            }

            const int UpperLowerDigit = 0b0111;
            var length = end - index;
            if (length >= ShortestRandomRun && !IsPartOfName(text, index, end) && (kinds & UpperLowerDigit) == UpperLowerDigit && changes * 5 >= length * 2)
            {
                hidden.AsSpan(index, length).Fill(true);
            }

            index = end;
        }
    }

    /// <summary>A resource of an ARN, behind its colon, or the last label of a host with its path: both begin with a word and a slash. Or the first label of a host.</summary>
    private static bool IsPartOfName(string text, int start, int end)
    {
        if (end < text.Length - 1 && text[end] == '.' && char.IsAsciiLetterOrDigit(text[end + 1]))
        {
            return true;
        }

        var word = text.AsSpan(0, start);
        word = word[(word.LastIndexOfAny(EndsWord) + 1)..];
        var isBehind = word is [.., '.'] || (word is [.., ':'] && word.StartsWith("arn:", StringComparison.Ordinal));
        return isBehind && text.AsSpan(start, end - start).IndexOfAnyExceptInRange('a', 'z') is > 0 and var slash && text[start + slash] == '/';
    }

    private static int KindOf(char c) => c switch
    {
        >= 'A' and <= 'Z' => 0,
        >= 'a' and <= 'z' => 1,
        >= '0' and <= '9' => 2,
        '+' or '/' or '=' or '%' or '\\' => 3,
        _ => -1,
    };

    /// <summary>User and password of a URL, as the network's exceptions name a proxy: up to the last @ before the path.</summary>
    private static void MarkUserInfo(string text, bool[] hidden)
    {
        for (var start = text.IndexOf("://", StringComparison.Ordinal); start >= 0; start = text.IndexOf("://", start + 3, StringComparison.Ordinal))
        {
            var authority = text.AsSpan(start + 3);
            var end = authority.IndexOfAny(EndsAuthority);
            authority = end < 0 ? authority : authority[..end];
            if (authority.LastIndexOf('@') is >= 0 and var at)
            {
                hidden.AsSpan(start + 3, at + 1).Fill(true);
            }
        }
    }

    private static int MarkRun(string text, bool[] hidden, int start, Func<char, bool> isPart, int shortest)
    {
        var end = start;
        while (end < text.Length && isPart(text[end]))
        {
            end++;
        }

        if (end - start >= shortest)
        {
            hidden.AsSpan(start, end - start).Fill(true);
        }

        return end;
    }

    private static string Replace(string text, bool[] hidden)
    {
        if (!Array.Exists(hidden, static one => one))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (!hidden[index])
            {
                shown.Append(text[index]);
            }
            else if (index == 0 || !hidden[index - 1])
            {
                shown.Append(Removed);
            }
        }

        return shown.ToString();
    }
}
