using Amazon.S3;
using Irsa.Credentials;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using S3Microservice.Identity;
using S3Microservice.Objects;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = null);

using var refreshes = new RefreshHistory(TimeProvider.System);

#if DEBUG
// On a developer's machine a local stand-in takes the place of the cluster and of AWS. What is published does not contain it.
await using var local = await LocalAwsSetup.StartIfAloneAsync(builder);
#endif

builder.AddOwnHosts();
builder.Services.AddIrsaAws(builder.Configuration.GetSection(IrsaOptions.SectionName)).AddClient<IAmazonS3>();
builder.Services.AddHealthChecks().AddIrsa(tags: ["ready"]);
builder.Services.AddOptions<BucketOptions>().Configure(options => options.Bucket = builder.Configuration["S3:Bucket"] ?? string.Empty)
    .Validate(static options => options.Bucket.Length > 0, "S3:Bucket is not set: name the bucket in configuration, for instance with the variable S3__Bucket.")
    .ValidateOnStart();
builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddMeter(IrsaTelemetry.MeterName).AddPrometheusExporter());
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(refreshes);
builder.Services.AddSingleton<ObjectUpload>();
builder.Services.AddSingleton<ObjectDownload>();
builder.Services.AddUploadLimit();
builder.Services.AddProblemDetails();
builder.Services.AddExceptionHandler<ProblemResponses>();
builder.Services.ConfigureHttpJsonOptions(static options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, SampleJson.Default));

var app = builder.Build();
#if DEBUG
local.Announce(app.Logger);
#endif
app.UsePageHeaders();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseOwnPagesOnly();
app.UseRateLimiter();
app.UseFileServer(new FileServerOptions { StaticFileOptions = { OnPrepareResponse = static file => file.Context.Response.Headers.CacheControl = "no-cache" } });
app.MapObjects();
app.MapLinks();
app.MapWhoAmI();
app.MapIrsaDoctor("/irsa");
app.MapPrometheusScrapingEndpoint("/metrics");
app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false });
app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("ready"), ResponseWriter = HealthResponse.WriteAsync });
await app.RunAsync();
