using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using S3Microservice.Identity;
using S3Microservice.Objects;

/// <summary>All that the service writes as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WhoAmI))]
[JsonSerializable(typeof(ReadyResponse))]
[JsonSerializable(typeof(ObjectPage))]
[JsonSerializable(typeof(StoredAnswer))]
[JsonSerializable(typeof(SharedLink))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(byte[]))]
internal sealed partial class SampleJson : JsonSerializerContext;
