using Amazon.S3;
using Irsa.Credentials;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using S3Microservice.Identity;
using S3Microservice.Objects;
using S3Microservice.Observability;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(static kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = null;
    kestrel.Limits.MinRequestBodyDataRate = UploadLimit.SlowestUpload;
});

using var refreshes = new RefreshHistory(TimeProvider.System);

#if DEBUG
// On a developer's machine a local stand-in takes the place of the cluster and of AWS. What is published does not contain it.
await using var local = await LocalAwsSetup.StartIfAloneAsync(builder);
#endif

builder.AddServiceTelemetry();
builder.Services.AddIrsaAws(builder.Configuration.GetSection(IrsaOptions.SectionName)).AddClient<IAmazonS3>();
builder.Services.AddHealthChecks().AddIrsa(tags: ["ready"]);
builder.Services.AddOptions<BucketOptions>().Configure(options => options.Bucket = builder.Configuration["S3:Bucket"] ?? string.Empty)
    .Validate(static options => options.Bucket.Length > 0, "S3:Bucket is not set: name the bucket in configuration, for instance with the variable S3__Bucket.")
    .ValidateOnStart();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddOwnHosts();
builder.Services.AddSingleton(refreshes);
builder.Services.AddSingleton<StsSimulation>();
builder.Services.AddSingleton<ObjectUpload>();
builder.Services.AddSingleton<ObjectDownload>();
builder.Services.AddUploadLimit();
builder.Services.AddProblemDetails();
builder.Services.AddExceptionHandler<ProblemResponses>();
builder.Services.ConfigureHttpJsonOptions(static options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, SampleJson.Default));
builder.Services.AddOpenApi(static options => options.AddOperationTransformer(ObjectKey.DescribeAsync).AddOperationTransformer(QueryNumber.DescribeAsync));

await using var app = builder.Build();
app.StartTracing();
app.UsePageHeaders();
app.UseAccessLog();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseOwnHosts();
app.UseOwnPagesOnly();
app.UseUploadLimit();
app.UseFileServer(new FileServerOptions { StaticFileOptions = { OnPrepareResponse = static file => file.Context.Response.Headers.CacheControl = "no-cache" } });
app.MapObjects();
app.MapLinks();
app.MapWhoAmI();
app.MapIrsaDoctor("/irsa");
app.MapOpenApi();
app.MapPrometheusScrapingEndpoint("/metrics");
app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false });
app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("ready"), ResponseWriter = HealthResponse.WriteAsync });
#if DEBUG
local.Announce(app);
#endif
try
{
    await app.RunAsync();
    return 0;
}
catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
{
    // Told to end before it had started.
    return 0;
}
catch (Exception failure)
{
    return StartFailure.Report(app.Logger, failure);
}
