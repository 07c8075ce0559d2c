using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Irsa.Credentials.Benchmarks.Service;

/// <summary>
/// The least that reads and stores an object with the role of the service account: the SDK's own provider, no telemetry, no health checks, no limits. The
/// sample is compared with it.
/// </summary>
internal static class MinimalService
{
    /// <summary>Serves until the process is ended.</summary>
    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(Environment.GetEnvironmentVariable("Urls")!);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var bucket = Environment.GetEnvironmentVariable("S3__Bucket");
        builder.Services.AddSingleton<IAmazonS3>(static _ => new AmazonS3Client(AssumeRoleWithWebIdentityCredentials.FromEnvironmentVariables()));
        await using var app = builder.Build();
        app.MapGet("/objects/{**key}", async (string key, IAmazonS3 s3, HttpContext context) =>
        {
            using var found = await s3.GetObjectAsync(bucket, key, context.RequestAborted);
            context.Response.ContentLength = found.ContentLength;
            await found.ResponseStream.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        app.MapPut("/objects/{**key}", async (string key, IAmazonS3 s3, HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            body.Position = 0;
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, InputStream = body }, context.RequestAborted);
        });
        await app.RunAsync();
    }
}
