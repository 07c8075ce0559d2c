using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Irsa.Credentials.Testing;

/// <summary>Responses and errors of the query protocol of STS.</summary>
internal static class StsXml
{
    private static readonly XNamespace Sts = "https://sts.amazonaws.com/doc/2011-06-15/";

    public static Task WriteErrorAsync(HttpContext context, StsError error)
    {
        var requestId = Guid.NewGuid().ToString();
        var body = new XElement(
            Sts + "ErrorResponse",
            new XElement(
                Sts + "Error",
                new XElement(Sts + "Type", error.Status < 500 ? "Sender" : "Receiver"),
                new XElement(Sts + "Code", error.Code),
                new XElement(Sts + "Message", XmlText.Replace(error.Message))),
            new XElement(Sts + "RequestId", requestId));
        return WriteAsync(context, error.Status, requestId, body);
    }

    public static Task WriteResultAsync(HttpContext context, string operation, params object?[] result)
    {
        var requestId = Guid.NewGuid().ToString();
        var body = new XElement(
            Sts + $"{operation}Response",
            new XElement(Sts + $"{operation}Result", result),
            new XElement(Sts + "ResponseMetadata", new XElement(Sts + "RequestId", requestId)));
        return WriteAsync(context, 200, requestId, body);
    }

    /// <param name="name">The name of the element.</param>
    /// <param name="text">Its text; characters that XML cannot represent are replaced.</param>
    public static XElement Element(string name, string text) => new(Sts + name, XmlText.Replace(text));

    public static XElement Element(string name, params object?[] content) => new(Sts + name, content);

    private static Task WriteAsync(HttpContext context, int status, string requestId, XElement body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml";
        context.Response.Headers["x-amzn-RequestId"] = requestId;
        return context.Response.WriteAsync(body.ToString(), context.RequestAborted);
    }
}
