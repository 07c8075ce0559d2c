using Amazon.S3;
using Amazon.S3.Model;
using Irsa.Credentials;

var builder = WebApplication.CreateBuilder(args);

// The client signs every request with the IAM role of the pod's service account. The section "Irsa" of appsettings.json holds the options.
builder.Services.AddIrsaAws().AddClient<IAmazonS3>();
builder.Services.AddHealthChecks().AddIrsa();

var app = builder.Build();
var bucket = app.Configuration["Bucket"] ?? throw new InvalidOperationException("Set \"Bucket\" in appsettings.json, or the variable Bucket.");

// S3 as in any other application.
app.MapGet("/objects", async (IAmazonS3 s3, CancellationToken cancellationToken) =>
{
    var page = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket }, cancellationToken);
    return page.S3Objects?.Select(item => item.Key) ?? [];
});

// Who the application is for AWS, and until when. "Status" never calls STS.
app.MapGet("/identity", (WebIdentityTokenCredentials credentials) =>
{
    var status = credentials.Status;
    return new { State = $"{status.State}", status.RoleArn, status.AssumedRoleArn, status.Expiration, status.NextRefresh, Error = status.LastError?.Message };
});

// 200 while requests can be signed, 503 otherwise.
app.MapHealthChecks("/health");

app.Run();
