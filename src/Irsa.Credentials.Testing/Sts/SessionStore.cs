using System.Collections.Concurrent;

namespace Irsa.Credentials.Testing;

/// <summary>What STS has issued and S3 accepts: the only thing the two services share.</summary>
internal sealed class SessionStore
{
    private readonly ConcurrentDictionary<string, IssuedSession> _sessions = new(StringComparer.Ordinal);

    public void Add(IssuedSession session) => _sessions[session.AccessKeyId] = session;

    public IssuedSession? Find(string accessKeyId) => _sessions.GetValueOrDefault(accessKeyId);
}
