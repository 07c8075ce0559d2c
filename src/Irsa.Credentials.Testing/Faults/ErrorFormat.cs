using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>Writes an error response in the format of the service that received the request. Stored as a feature of the request.</summary>
internal delegate Task ErrorFormat(HttpContext context, StsError error);
