using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>Writes a refusal in the form of the service that the request came to; a feature of the request.</summary>
internal delegate Task ErrorFormat(HttpContext context, StsError error);
