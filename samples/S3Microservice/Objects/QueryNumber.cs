using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace S3Microservice.Objects;

/// <summary>
/// A whole number in the query. The framework reads one too, but answers a value that it cannot read with a 400 that does not say what is right.
/// </summary>
internal sealed record QueryNumber(string Name, int Least, int Most, string Meaning)
{
    public static QueryNumber Size { get; } = new("size", 1, 1000, "size is 1 to 1000.");

    public static QueryNumber Minutes { get; } = new("minutes", 1, 7 * 24 * 60, "minutes is 1 to 10080, which is 7 days.");

    /// <exception cref="BadHttpRequestException">It is not a number of this range.</exception>
    public int Read(string? text, int otherwise)
    {
        if (text is null)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= Least && number <= Most
            ? number
            : throw new BadHttpRequestException(Meaning);
    }

    /// <summary>Says in the API's description that it is a number, and which.</summary>
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (new[] { Size, Minutes }.FirstOrDefault(number => number.Name == parameter.Name) is { } number)
            {
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = number.Least.ToString(CultureInfo.InvariantCulture),
                    Maximum = number.Most.ToString(CultureInfo.InvariantCulture),
                };
            }
        }

        return Task.CompletedTask;
    }
}
