using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace S3Microservice.Objects;

/// <summary>
/// The key in a request's path, taken from the target as it was sent. The routed path is tidied (<c>a/../b</c>, <c>%2F</c>), and two keys
/// could become one.
/// </summary>
internal static class ObjectKey
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="BadHttpRequestException">It is no key that can be stored as it is.</exception>
    public static string Of(HttpContext context, string route = "/objects/")
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2)[0];
        if (!target.StartsWith(route, StringComparison.Ordinal) || target.Length == route.Length)
        {
            throw new BadHttpRequestException($"The path must be {route} and a key.");
        }

        var key = Decoded(target[route.Length..]);
        if (key.StartsWith('/'))
        {
            throw new BadHttpRequestException("A key must not begin with a slash: the AWS SDK signs it, but does not send it.");
        }

        return Encoding.UTF8.GetByteCount(key) <= 1024 ? key : throw new BadHttpRequestException("A key has at most 1,024 bytes.");
    }

    /// <summary>Describes the key and the body, which no handler has as a parameter. To declare a body would also refuse all other media types.</summary>
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.RelativePath?.EndsWith("key}", StringComparison.Ordinal) == true)
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "key",
                In = ParameterLocation.Path,
                Required = true,
                Description = "At most 1,024 bytes; percent-encoded, its slashes too.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
            if (context.Description.HttpMethod == HttpMethods.Put)
            {
                var schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
                operation.RequestBody = new OpenApiRequestBody { Content = new Dictionary<string, OpenApiMediaType> { ["*/*"] = new() { Schema = schema } } };
            }
        }

        return Task.CompletedTask;
    }

    private static string Decoded(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '%')
            {
                bytes[length++] = bytes[i];
            }
            else if (i + 2 < bytes.Length && byte.TryParse(bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out var value))
            {
                bytes[length++] = value;
                i += 2;
            }
            else
            {
                throw new BadHttpRequestException("The key has a % that is not followed by two hexadecimal digits.");
            }
        }

        try
        {
            return Strict.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw new BadHttpRequestException("The key is not valid UTF-8.");
        }
    }
}
