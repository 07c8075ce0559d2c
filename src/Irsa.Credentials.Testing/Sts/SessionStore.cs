using System.Collections.Concurrent;

namespace Irsa.Credentials.Testing;

/// <summary>The sessions that STS has issued. They are all that STS and S3 share.</summary>
internal sealed class SessionStore
{
    private readonly ConcurrentDictionary<string, IssuedSession> _sessions = new(StringComparer.Ordinal);

    public void Add(IssuedSession session) => _sessions[session.AccessKeyId] = session;

    public IssuedSession? Find(string accessKeyId) => _sessions.GetValueOrDefault(accessKeyId);
}
