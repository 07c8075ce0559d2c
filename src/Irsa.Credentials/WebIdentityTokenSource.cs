using Irsa.Credentials.Tokens;

namespace Irsa.Credentials;

/// <summary>
/// Where the web identity token comes from: a file, as in a pod, or an issuer that is asked for each exchange, as on GitHub Actions. When the
/// token expires, the library reads from the token itself (claim <c>exp</c>).
/// </summary>
public sealed class WebIdentityTokenSource
{
    private readonly Func<TimeProvider, ITokenSource> _create;

    private WebIdentityTokenSource(string name, Func<TimeProvider, ITokenSource> create)
    {
        Name = name;
        _create = create;
    }

    /// <summary>Gets the name under which errors speak of it.</summary>
    public string Name { get; }

    /// <summary>A file. Every exchange reads it; this is what <see cref="IrsaOptions.WebIdentityTokenFile"/> makes.</summary>
    /// <param name="path">Absolute for this operating system.</param>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public static WebIdentityTokenSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Path.IsPathFullyQualified(path)
            ? new WebIdentityTokenSource(path, time => new TokenFile(path, time))
            : throw new ArgumentException("The path must be absolute.", nameof(path));
    }

    /// <summary>
    /// A call of your own. It is made once for each call to STS, at least twice in a session's life, and again if STS says that the token has
    /// expired; so it should return a fresh token and keep none. It is made off the callers' threads, within
    /// <see cref="IrsaOptions.ExchangeTimeout"/>, and never a second time while an earlier call has not ended.
    /// </summary>
    /// <param name="name">How errors speak of it, for instance <c>GitHub Actions</c>.</param>
    /// <param name="getTokenAsync">Returns a JSON web token. What it throws becomes IRSA209, and is tried again.</param>
    /// <exception cref="ArgumentException">The name is blank.</exception>
    public static WebIdentityTokenSource From(string name, Func<CancellationToken, ValueTask<string>> getTokenAsync)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(getTokenAsync);
        return new WebIdentityTokenSource(name, _ => new CalledTokenSource(name, getTokenAsync));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal ITokenSource Create(TimeProvider time) => _create(time);
}
