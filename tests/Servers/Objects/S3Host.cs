using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orrery.Tests.Servers;

/// <summary>
/// One bucket of S3 on a real Kestrel: put (also only if absent), get, head, copy, delete, list version 2. It recomputes every request's signature
/// (version 4), the body's SHA-256 and its MD5, and refuses what differs; it refuses chunked signing, whose framing such stores keep as content.
/// </summary>
internal sealed class S3Host : IAsyncDisposable
{
    public const string Bucket = "lake", Region = "test-1", AccessKey = "AKTEST", SecretKey = "secret/of+the=test";

    static readonly XNamespace Ns = "http://s3.amazonaws.com/doc/2006-03-01/";

    readonly WebApplication app;
    readonly ConcurrentDictionary<string, (byte[] Content, DateTimeOffset At)> objects = new(StringComparer.Ordinal);

    S3Host(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Called before a request is served. True: the fault has answered.</summary>
    public Func<HttpContext, Task<bool>>? Before { get; set; }

    /// <summary>The objects themselves: tests may look and damage.</summary>
    public ConcurrentDictionary<string, (byte[] Content, DateTimeOffset At)> Objects => objects;

    public int Requests, Refusals;

    public static async Task<S3Host> Start()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = 1L << 30;
        });
        WebApplication app = builder.Build();
        var host = new S3Host(app);
        app.Run(host.Serve);
        await app.StartAsync();
        host.Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }

    async Task Serve(HttpContext context)
    {
        Interlocked.Increment(ref Requests);
        if (Before is { } before && await before(context))
            return;
        var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content);
        byte[] body = content.ToArray();
        if (Refusal(context.Request, body) is { } code)
        {
            Interlocked.Increment(ref Refusals);
            await Refuse(context, code == "NotImplemented" ? 501 : 403, code);
            return;
        }

        string path = Uri.UnescapeDataString(RawTarget(context.Request).Split('?')[0]);
        string key = path.StartsWith("/" + Bucket + "/", StringComparison.Ordinal) ? path[(Bucket.Length + 2)..] : "";
        await (context.Request.Method switch
        {
            "GET" when key.Length == 0 => List(context),
            "GET" or "HEAD" => Get(context, key),
            "PUT" when context.Request.Headers.TryGetValue("x-amz-copy-source", out var source) => Copy(context, Uri.UnescapeDataString(source.ToString()).TrimStart('/')[(Bucket.Length + 1)..], key),
            "PUT" => Put(context, key, body),
            "DELETE" => Delete(context, key),
            _ => Refuse(context, 405, "MethodNotAllowed"),
        });
    }

    Task Put(HttpContext context, string key, byte[] body)
    {
        var entry = (body, DateTimeOffset.UnixEpoch.AddSeconds(Requests));
        if (context.Request.Headers.IfNoneMatch == "*")
        {
            if (!objects.TryAdd(key, entry))
                return Refuse(context, 412, "PreconditionFailed");
        }
        else
        {
            objects[key] = entry;
        }

        context.Response.Headers.ETag = '"' + Convert.ToHexStringLower(MD5.HashData(body)) + '"';
        return Task.CompletedTask;
    }

    Task Get(HttpContext context, string key)
    {
        if (!objects.TryGetValue(key, out var found))
            return Refuse(context, 404, "NoSuchKey");
        context.Response.Headers.ETag = '"' + Convert.ToHexStringLower(MD5.HashData(found.Content)) + '"';
        context.Response.Headers.LastModified = found.At.ToString("R", CultureInfo.InvariantCulture);
        context.Response.ContentLength = found.Content.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(found.Content).AsTask();
    }

    Task Copy(HttpContext context, string from, string to)
    {
        if (!objects.TryGetValue(from, out var found))
            return Refuse(context, 404, "NoSuchKey");
        objects[to] = found;
        return Answer(context, new XElement(Ns + "CopyObjectResult", new XElement(Ns + "ETag", '"' + Convert.ToHexStringLower(MD5.HashData(found.Content)) + '"'), new XElement(Ns + "LastModified", Iso(found.At))));
    }

    Task Delete(HttpContext context, string key)
    {
        objects.TryRemove(key, out _);
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    Task List(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        string prefix = query["prefix"].ToString(), after = query["start-after"].ToString();
        int limit = int.Parse(query["max-keys"].ToString() is { Length: > 0 } text ? text : "1000", CultureInfo.InvariantCulture);
        var found = objects.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(pair.Key, after) > 0)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Take(limit + 1).ToList();
        return Answer(context, new XElement(Ns + "ListBucketResult",
            new XElement(Ns + "Name", Bucket), new XElement(Ns + "Prefix", prefix), new XElement(Ns + "KeyCount", Math.Min(limit, found.Count)), new XElement(Ns + "MaxKeys", limit),
            new XElement(Ns + "IsTruncated", found.Count > limit ? "true" : "false"),
            found.Take(limit).Select(pair => new XElement(Ns + "Contents",
                new XElement(Ns + "Key", pair.Key), new XElement(Ns + "LastModified", Iso(pair.Value.At)), new XElement(Ns + "Size", pair.Value.Content.Length), new XElement(Ns + "StorageClass", "STANDARD")))));
    }

    static string Iso(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    static Task Answer(HttpContext context, XElement xml)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(xml.ToString(SaveOptions.DisableFormatting));
    }

    static Task Refuse(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : Answer(context, new XElement("Error", new XElement("Code", code), new XElement("Message", "said by the test's server")));
    }

    /// <summary>What is wrong with the request's proof; null: nothing.</summary>
    static string? Refusal(HttpRequest request, byte[] body)
    {
        string claimed = request.Headers["x-amz-content-sha256"].ToString();
        if (claimed.StartsWith("STREAMING-", StringComparison.Ordinal))
            return "NotImplemented";
        if (claimed != Convert.ToHexStringLower(SHA256.HashData(body)))
            return "XAmzContentSHA256Mismatch";
        if (request.Headers.ContentMD5.ToString() is { Length: > 0 } digest && digest != Convert.ToBase64String(MD5.HashData(body)))
            return "BadDigest";
        if (HttpMethods.IsPut(request.Method) && !request.Headers.ContainsKey("x-amz-copy-source") && request.Headers.ContentMD5.Count == 0)
            return "MissingContentMD5";
        return Signature(request, claimed) ? null : "SignatureDoesNotMatch";
    }

    static bool Signature(HttpRequest request, string payloadHash)
    {
        const string scheme = "AWS4-HMAC-SHA256 ";
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.Ordinal))
            return false;
        var parts = header[scheme.Length..].Split(',').Select(part => part.Trim().Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        string[] credential = parts["Credential"].Split('/');
        if (credential.Length != 5 || credential[0] != AccessKey || credential[2] != Region || credential[3] != "s3")
            return false;
        string[] target = RawTarget(request).Split('?', 2);
        string query = target.Length == 1 ? "" : string.Join('&', target[1].Split('&').Select(pair => pair.Contains('=') ? pair : pair + "=").Order(StringComparer.Ordinal));
        var canonical = new StringBuilder().Append(request.Method).Append('\n').Append(target[0]).Append('\n').Append(query).Append('\n');
        foreach (string name in parts["SignedHeaders"].Split(';'))
            canonical.Append(name).Append(':').Append(string.Join(',', request.Headers[name].Select(value => value!.Trim()))).Append('\n');
        canonical.Append('\n').Append(parts["SignedHeaders"]).Append('\n').Append(payloadHash);
        string scope = string.Join('/', credential[1..]);
        string text = $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{scope}\n{Hex(SHA256.HashData(Bytes(canonical.ToString())))}";
        byte[] key = Mac(Mac(Mac(Mac(Bytes("AWS4" + SecretKey), credential[1]), credential[2]), credential[3]), credential[4]);
        return Hex(Mac(key, text)) == parts["Signature"];
    }

    static string RawTarget(HttpRequest request) => request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Bytes(text));

    static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
