using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>A small S3: verifies the signature, then runs the operation. Path-style addresses only.</summary>
internal sealed class S3Service
{
    private readonly LocalS3 _s3;
    private readonly ObjectStore _store;
    private readonly SigV4Rules _rules;
    private readonly SigV4Verifier _signatures;
    private readonly ObjectOperations _objects;
    private readonly MultipartOperations _multipart;
    private readonly TimeProvider _time;
    private readonly string _region;

    public S3Service(LocalS3 s3, ObjectStore store, SessionStore sessions, string region, TimeProvider time)
    {
        var receiver = new BodyReceiver(store.BlobFolder);
        _s3 = s3;
        _store = store;
        _rules = SigV4Rules.S3(region);
        _signatures = new SigV4Verifier(sessions, _rules, time);
        _objects = new ObjectOperations(store, receiver, time);
        _multipart = new MultipartOperations(store, receiver, time);
        _region = region;
        _time = time;
    }

    public async Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        context.Response.Headers.Date = _time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        context.Response.Headers["x-amz-request-id"] = Guid.NewGuid().ToString("N")[..16].ToUpperInvariant();
        var call = new PendingCall(_s3, context);
        context.Features.Set(call);
        context.Features.Set<ErrorFormat>((_, error) => call.RefuseAsync(new S3Error(error.Status, error.Code, error.Message)));
        try
        {
            var unreadable = ReadTarget(context, call);
            await _s3.Faults.RunAsync(context, () => unreadable is null ? AnswerAsync(context, call) : call.RefuseAsync(unreadable), stopping).ConfigureAwait(false);
        }
        finally
        {
            call.Record();
        }
    }

    /// <returns>Why the target cannot be read; null if it can.</returns>
    private static S3Error? ReadTarget(HttpContext context, PendingCall call)
    {
        try
        {
            call.Request = new S3Request(context);
            call.AccessKeyId = SigV4Authorization.Read(context.Request)?.AccessKeyId;
            return null;
        }
        catch (S3Exception refused)
        {
            return refused.Error;
        }
    }

    private async Task AnswerAsync(HttpContext context, PendingCall call)
    {
        S3Error? error = null;
        try
        {
            var result = _signatures.Verify(context.Request);
            if (result.Signature is { } signature)
            {
                await DispatchAsync(call.Request!, signature).ConfigureAwait(false);
            }
            else
            {
                error = S3Error.OfSignature(result, _rules);
            }
        }
        catch (S3Exception refused)
        {
            error = refused.Error;
        }
        catch (Exception gone) when (gone is OperationCanceledException or ConnectionResetException or BadHttpRequestException)
        {
            error = S3Error.IncompleteBody;
        }

        if (error is not null)
        {
            await call.RefuseAsync(error).ConfigureAwait(false);
        }
    }

    private Task DispatchAsync(S3Request request, SigV4Signature signature)
    {
        PayloadFormat.Validate(signature.PayloadHash);
        if (request.Bucket.Length == 0)
        {
            return request.Method == "GET" ? ListBucketsAsync(request) : throw new S3Exception(S3Error.MethodNotAllowed);
        }

        if (Encoding.UTF8.GetByteCount(request.Key) > 1024)
        {
            throw new S3Exception(S3Error.KeyTooLong);
        }

        // Objects have no tags here, but some clients ask for them before they copy.
        if (request.Method == "GET" && request.Key.Length > 0 && request.Has("tagging") && _store.Find(request.Bucket, request.Key) is not null)
        {
            return S3Xml.WriteAsync(request.Context, S3Xml.Element("Tagging", S3Xml.Element("TagSet")));
        }

        Subresource.ThrowIfUnknown(request);
        return request.Key.Length == 0 ? OnBucketAsync(request, signature) : OnObjectAsync(request, signature);
    }

    private Task OnBucketAsync(S3Request request, SigV4Signature signature)
    {
        if (request.Method == "PUT")
        {
            Create(request);
            return Task.CompletedTask;
        }

        if (!_store.HasBucket(request.Bucket))
        {
            throw new S3Exception(S3Error.NoSuchBucket);
        }

        switch (request.Method)
        {
            case "HEAD":
                request.Context.Response.Headers["x-amz-bucket-region"] = _region;
                return Task.CompletedTask;
            case "GET" when request.Has("location"):
                return S3Xml.WriteAsync(request.Context, S3Xml.Element("LocationConstraint", _region == "us-east-1" ? null : _region));
            case "GET" when request.Has("uploads"):
                return _multipart.ListUploadsAsync(request);
            case "GET":
                return S3Xml.WriteAsync(request.Context, ObjectListing.Write(request, _store.List(request.Bucket)));
            case "DELETE":
                _store.DeleteBucket(request.Bucket);
                request.Context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case "POST" when request.Has("delete"):
                return _objects.DeleteManyAsync(request, signature);
            default:
                throw new S3Exception(S3Error.MethodNotAllowed);
        }
    }

    private Task OnObjectAsync(S3Request request, SigV4Signature signature)
    {
        switch (request.Method)
        {
            case "PUT" when request.Has("uploadId") && request.Headers.ContainsKey("x-amz-copy-source"):
                return _multipart.CopyPartAsync(request);
            case "PUT" when request.Has("uploadId"):
                return _multipart.PutPartAsync(request, signature);
            case "PUT" when request.Headers.ContainsKey("x-amz-copy-source"):
                return _objects.CopyAsync(request);
            case "PUT":
                return _objects.PutAsync(request, signature);
            case "POST" when request.Has("uploads"):
                return _store.HasBucket(request.Bucket)
                    ? _multipart.CreateAsync(request)
                    : throw new S3Exception(S3Error.NoSuchBucket);
            case "POST" when request.Has("uploadId"):
                return _multipart.CompleteAsync(request, signature);
            case "DELETE" when request.Has("uploadId"):
                _multipart.Abort(request);
                return Task.CompletedTask;
            case "DELETE":
                _objects.Delete(request);
                return Task.CompletedTask;
            case "GET" when request.Has("uploadId"):
                return _multipart.ListPartsAsync(request);
            case "GET" or "HEAD":
                return _objects.ReadAsync(request);
            default:
                throw new S3Exception(S3Error.MethodNotAllowed);
        }
    }

    private void Create(S3Request request)
    {
        if (!_store.CreateBucket(request.Bucket))
        {
            throw new S3Exception(S3Error.BucketAlreadyOwnedByYou);
        }

        request.Context.Response.Headers.Location = "/" + request.Bucket;
    }

    private Task ListBucketsAsync(S3Request request) => S3Xml.WriteAsync(request.Context, S3Xml.Element(
        "ListAllMyBucketsResult",
        S3Xml.Element("Buckets", _store.Buckets.Select(bucket => S3Xml.Element(
            "Bucket",
            S3Xml.Element("Name", bucket),
            S3Xml.Element("CreationDate", S3Xml.Time(_store.CreationOf(bucket))))))));
}
