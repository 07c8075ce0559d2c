#if NET9_0_OR_GREATER
using System.Diagnostics;
#endif

namespace Irsa.Credentials.Failures;

/// <summary>IRSA500: an exception that nothing in this library expects. It shows type, message and where it came from.</summary>
internal static class UnexpectedFailure
{
    private const string OfLibrary = "Report it with this message and the version of Irsa.Credentials.";

    private const string OfConfigureSts = "Correct the application's delegate IrsaOptions.ConfigureSts, which threw it.";

    public static IrsaErrorExplanation Explanation { get; } = new(
        IrsaErrorCode.UnexpectedError,
        "An unexpected exception ended the exchange",
        "Code that the exchange runs threw an exception that this library does not expect. Usually it is the application's own: IrsaOptions.ConfigureSts, an HttpClientFactory or a logger.",
        $"Look at the exception type and at the method that the message names. If it is not the application's: {OfLibrary}");

    /// <param name="exception">What was thrown.</param>
    /// <param name="secrets">What must not appear in the message.</param>
    /// <param name="configureSts">The application's delegate, to be recognised in the stack trace.</param>
    public static Failure From(Exception exception, KnownSecrets secrets, Delegate? configureSts = null)
    {
        var origin = Origin(exception);
        var isConfigureSts = configureSts is not null && IsThrownBy(exception, configureSts);
        var place = isConfigureSts ? $"IrsaOptions.ConfigureSts ({origin})" : origin;
        return Explanation.Permanent(
            $"An unexpected {exception.GetType().FullName}{(place is null ? string.Empty : $" from {place}")} ended the exchange: {DisplayText.Quote(SecretRedactor.Redact(SecretRedactor.MessageOf(exception), secrets))}.",
            isConfigureSts ? OfConfigureSts : Explanation.Remedy) with
        {
            Cause = SecretRedactor.WithoutResponse(exception, secrets),
        };
    }

    /// <summary>Type and method of the first frame that is neither .NET's nor the AWS SDK's: the code that a reader can change.</summary>
    private static string? Origin(Exception exception)
    {
        var frames = Methods(exception).ToList();
        return frames.Find(static frame => !IsForeign(frame.Type)) is { Method: not null } own ? Text(own) : frames is [var first, ..] ? Text(first) : null;

        static string Text((string Type, string Method) frame) => $"{frame.Type}.{frame.Method}";
    }

    private static bool IsThrownBy(Exception exception, Delegate callback)
    {
        var (type, method) = TargetOf(callback);
        return Methods(exception).Any(frame => frame.Method == method && frame.Type == type?.Replace('+', '.'));
    }

    /// <summary><see cref="Delegate.Method"/> would keep every delegate of a native program for reflection: 0.5 MB.</summary>
    private static (string? Type, string? Method) TargetOf(Delegate callback)
    {
#if NET9_0_OR_GREATER
        var target = DiagnosticMethodInfo.Create(callback);
        return (target?.DeclaringTypeName, target?.Name);
#else
        return (callback.Method.DeclaringType?.FullName, callback.Method.Name);
#endif
    }

    /// <summary>From the stack trace's text, which a native binary has too: "   at Namespace.Type.Method(arguments) in file".</summary>
    private static IEnumerable<(string Type, string Method)> Methods(Exception exception) =>
        from line in exception.StackTrace?.Split('\n') ?? []
        let call = line.Trim()
        where call.StartsWith("at ", StringComparison.Ordinal)
        let name = call[3..].Split('(')[0]
        let dot = BeforeMethod(name)
        where dot > 0
        select (name[..dot], name[(dot + 1)..]);

    /// <summary>A lambda of a constructor has a dot in its own name: <c>Type.&lt;&gt;c.&lt;.ctor&gt;b__0_0</c>.</summary>
    private static int BeforeMethod(string name) => name.LastIndexOf(">b__", StringComparison.Ordinal) is > 0 and var end
        ? name.LastIndexOf(".<", end, StringComparison.Ordinal)
        : name.LastIndexOf('.');

    private static bool IsForeign(string type) =>
        type.StartsWith("System.", StringComparison.Ordinal) || type.StartsWith("Microsoft.", StringComparison.Ordinal) || type.StartsWith("Amazon.", StringComparison.Ordinal)
        || type.StartsWith("Polly.", StringComparison.Ordinal);
}
