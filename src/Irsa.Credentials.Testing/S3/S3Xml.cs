using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>XML responses and errors of S3.</summary>
internal static class S3Xml
{
    // Keys may contain characters that XML 1.0 cannot represent. S3 writes them as character references nevertheless.
    private static readonly XmlWriterSettings Settings = new() { OmitXmlDeclaration = true, CheckCharacters = false, NewLineHandling = NewLineHandling.Entitize };

    public static readonly XNamespace S3 = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static XElement Element(string name, params object?[] content) => new(S3 + name, content);

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static Task WriteAsync(HttpContext context, XElement body)
    {
        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        using (var writer = XmlWriter.Create(text, Settings))
        {
            body.WriteTo(writer);
        }

        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    public static Task WriteErrorAsync(HttpContext context, S3Error error)
    {
        context.Response.StatusCode = error.Status;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        return WriteAsync(context, new XElement(
            "Error",
            new XElement("Code", error.Code),
            new XElement("Message", XmlText.Replace(error.Message)),
            new XElement("Resource", XmlText.Replace(S3Request.PathOf(context))),
            new XElement("RequestId", context.Response.Headers["x-amz-request-id"].ToString())));
    }
}
