using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orrery.Tests.Servers;

/// <summary>
/// A name node and a data node that speak WebHDFS on one Kestrel: content is only taken and given at the data node's address, to which the name node redirects; a rename does not
/// replace and needs the directory; requests must name the user.
/// </summary>
internal sealed class WebHdfsHost : IAsyncDisposable
{
    public const string User = "orrery";

    static readonly System.Text.Json.JsonSerializerOptions AsWritten = new();

    readonly WebApplication app;
    readonly object gate = new();
    readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
    readonly SortedSet<string> directories = new(StringComparer.Ordinal) { "/" };

    WebHdfsHost(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Called before a request is served. True: the fault has answered.</summary>
    public Func<HttpContext, Task<bool>>? Before { get; set; }

    public static async Task<WebHdfsHost> Start()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        var host = new WebHdfsHost(app);
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
        if (Before is { } before && await before(context))
            return;
        var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content);
        string whole = context.Request.Path.Value!, operation = context.Request.Query["op"].ToString();
        const string name = "/webhdfs/v1", data = "/data/v1";
        bool atDataNode = whole.StartsWith(data, StringComparison.Ordinal);
        string path = whole[(atDataNode ? data : name).Length..];
        if (!atDataNode && context.Request.Query["user.name"] != User)
        {
            await Refuse(context, 401, "AuthenticationException", "no user");
            return;
        }

        if (!atDataNode && operation is "CREATE" or "APPEND" or "OPEN")
        {
            bool missing;
            lock (gate)
                missing = operation != "CREATE" && !files.ContainsKey(path);
            if (missing)
                await Refuse(context, 404, "FileNotFoundException", path);
            else if (content.Length > 0)
                await Refuse(context, 400, "IllegalArgumentException", "content belongs to the data node");
            else
                Redirect(context, data + path);
            return;
        }

        object? answer;
        lock (gate)
            answer = atDataNode ? Data(context, operation, path, content.ToArray()) : Names(context, operation, path);
        if (answer is byte[] bytes)
            await context.Response.Body.WriteAsync(bytes);
        else if (answer is string missing)
            await Refuse(context, 404, "FileNotFoundException", missing);
        else if (answer is not null)
            await context.Response.WriteAsJsonAsync(answer, AsWritten);
    }

    object? Data(HttpContext context, string operation, string path, byte[] content)
    {
        switch (operation)
        {
            case "CREATE":
                MakeDirectories(Parent(path));
                files[path] = content;
                context.Response.StatusCode = 201;
                return null;
            case "APPEND": files[path] = [.. files[path], .. content]; return null;
            default: return files.TryGetValue(path, out byte[]? found) ? found : path;
        }
    }

    object Names(HttpContext context, string operation, string path)
    {
        switch (operation)
        {
            case "GETFILESTATUS": return files.ContainsKey(path) || directories.Contains(path) ? new { FileStatus = Status(path, "") } : path;
            case "LISTSTATUS":
                if (files.ContainsKey(path))
                    return new { FileStatuses = new { FileStatus = new[] { Status(path, "") } } };
                if (!directories.Contains(path))
                    return path;
                string under = path.TrimEnd('/') + "/";
                return new { FileStatuses = new { FileStatus = files.Keys.Concat(directories).Where(one => one.Length > under.Length && Parent(one).TrimEnd('/') + "/" == under).Select(one => Status(one, one[under.Length..])).ToArray() } };
            case "MKDIRS": MakeDirectories(path); return new { boolean = true };
            case "DELETE": return new { boolean = files.Remove(path) };
            case "RENAME":
                string to = context.Request.Query["destination"].ToString();
                if (files.ContainsKey(to) || !directories.Contains(Parent(to)) || !files.Remove(path, out byte[]? moved))
                    return new { boolean = false };
                files[to] = moved;
                return new { boolean = true };
            default: return path;
        }
    }

    object Status(string path, string suffix) => new { pathSuffix = suffix, type = files.ContainsKey(path) ? "FILE" : "DIRECTORY", length = files.TryGetValue(path, out byte[]? found) ? found.Length : 0, modificationTime = 1_795_255_200_000L };

    void MakeDirectories(string path)
    {
        for (string at = path; at.Length > 1; at = Parent(at))
            directories.Add(at);
    }

    static string Parent(string path) => path.LastIndexOf('/') is > 0 and var at ? path[..at] : "/";

    void Redirect(HttpContext context, string path)
    {
        context.Response.StatusCode = 307;
        context.Response.Headers.Location = new Uri(Url, string.Join('/', path.Split('/').Select(Uri.EscapeDataString))).AbsoluteUri + context.Request.QueryString.Value;
    }

    static Task Refuse(HttpContext context, int status, string exception, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { RemoteException = new { exception, message } }, AsWritten);
    }
}
