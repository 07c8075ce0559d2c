using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Irsa.Credentials.Testing;

/// <summary>
/// Answers as the agent does: JSON for success, plain text for errors, the token without a scheme
/// (<see href="https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html"/>).
/// </summary>
internal sealed class PodIdentityService
{
    public const string Audience = "pods.eks.amazonaws.com";
    public const string Path = "/v1/credentials";

    private readonly object _gate = new();
    private readonly LocalPodIdentity _agent;
    private readonly SessionStore _sessions;
    private readonly TimeProvider _time;
    private (IssuedSession Session, DateTimeOffset RenewedAt)? _kept;

    public PodIdentityService(LocalPodIdentity agent, SessionStore sessions, TimeProvider time)
    {
        _agent = agent;
        _sessions = sessions;
        _time = time;
    }

    public Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        _agent.Count();
        context.Response.Headers.Date = _time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        context.Features.Set<ErrorFormat>(WriteErrorAsync);
        return _agent.Faults.RunAsync(context, () => AnswerAsync(context), stopping);
    }

    private static Task WriteErrorAsync(HttpContext context, StsError error)
    {
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(
            $"[{Guid.NewGuid()}]: ({error.Code}): {error.Message}, fault: {(error.Status < 500 ? "client" : "server")}\n", context.RequestAborted);
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || context.Request.Path != Path)
        {
            return WriteErrorAsync(context, new StsError(404, "NotFound", "404 page not found"));
        }

        if (Refusal(context.Request.Headers.Authorization.ToString()) is { } refused)
        {
            return WriteErrorAsync(context, refused);
        }

        var session = Session();
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            new JsonObject
            {
                ["AccessKeyId"] = session.AccessKeyId,
                ["SecretAccessKey"] = session.SecretAccessKey,
                ["Token"] = session.SessionToken,
                ["AccountId"] = session.Role.Account,
                ["Expiration"] = session.Expiration.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            }.ToJsonString(),
            context.RequestAborted);
    }

    private StsError? Refusal(string token)
    {
        JsonWebToken read;
        try
        {
            read = new JsonWebTokenHandler().ReadJsonWebToken(token);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or Microsoft.IdentityModel.Tokens.SecurityTokenException)
        {
            return new StsError(400, "InvalidTokenException", "The token in the request is invalid: it could not be parsed");
        }

        return read.ValidTo <= _time.GetUtcNow().UtcDateTime ? new StsError(400, "ExpiredTokenException", "The token included in the request is expired")
            : !read.Audiences.Contains(Audience) ? new StsError(400, "InvalidTokenException", "The audience of the token is not valid")
            : _agent.RoleArn is null ? new StsError(404, "ResourceNotFoundException", "No association was found for the service account")
            : null;
    }

    private IssuedSession Session()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var role = LocalRoleArn.Parse(_agent.RoleArn!);
            if (_kept is { } kept && now < kept.RenewedAt && kept.Session.Role.ToString() == role.ToString())
            {
                return kept.Session;
            }

            var name = $"eks-local-app-{Guid.NewGuid()}";
            var session = new IssuedSession(
                "ASIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
                Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)),
                Convert.ToBase64String(RandomNumberGenerator.GetBytes(240)),
                role,
                role.SessionArn(name),
                $"{role.Id}:{name}",
                now + _agent.SessionDuration);
            _sessions.Add(session);
            _kept = (session, now + (_agent.SessionDuration / 2));
            return session;
        }
    }
}
