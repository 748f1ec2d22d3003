using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orrery.Tests.Servers;

/// <summary>
/// The documented doors of sites on a real Kestrel, keeping what it took, with faults on demand: a test can answer a request itself,
/// hang, drop the connection, or take the batch and then lose the answer.
/// </summary>
internal sealed class DoorHost : IAsyncDisposable
{
    static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    readonly WebApplication app;
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    DoorHost(WebApplication app) => this.app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Called before a request is read. True: the fault has answered, nothing is kept.</summary>
    public Func<HttpContext, Task<bool>>? Before { get; set; }

    /// <summary>Called after a request was kept, before the answer.</summary>
    public Func<HttpContext, Task>? AfterKept { get; set; }

    public int Requests;

    /// <summary>Value by "server|metric{labels}|ms".</summary>
    public ConcurrentDictionary<string, double> Samples { get; } = new();

    public ConcurrentDictionary<string, string> Lines { get; } = new();

    public ConcurrentDictionary<string, int> Batches { get; } = new();

    public ConcurrentQueue<(string Path, JsonElement Body)> Documents { get; } = new();

    public int DuplicateSamples;

    public int DuplicateLines;

    public string? Key { get; set; }

    public static async Task<DoorHost> Start(int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRequestDecompression();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        WebApplication app = builder.Build();
        app.UseRequestDecompression();
        var host = new DoorHost(app);
        app.MapPost("/api/v1/agent/{door}", host.Serve);
        await app.StartAsync();
        host.Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return host;
    }

    public JsonElement? Document(string door) =>
        Documents.Where(d => d.Path == door).Select(d => (JsonElement?)d.Body).LastOrDefault();

    /// <summary>Waits until the condition holds; each request that was served is an occasion to look.</summary>
    public async Task Until(Func<bool> condition, string what)
    {
        using var deadline = new CancellationTokenSource(WaitMax);
        for (Task next = changed.Task; !condition(); next = changed.Task)
        {
            try
            {
                await next.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                if (!condition())
                    throw new TimeoutException($"Waited {WaitMax.TotalSeconds} s for: {what}. The door served {Requests} requests, holds {Samples.Count} samples, {Lines.Count} lines, {Batches.Count} batches, {Documents.Count} documents.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }

    async Task Serve(HttpContext context, string door)
    {
        Interlocked.Increment(ref Requests);
        try
        {
            if (Before is { } before && await before(context))
                return;
            if (Key is { } key && context.Request.Headers.Authorization != "Bearer " + key)
            {
                context.Response.StatusCode = 401;
                return;
            }
            using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
            object? answer = door switch
            {
                "samples" => KeepSamples(body.RootElement),
                "logs" => KeepLines(body.RootElement),
                _ => KeepDocument(door, body.RootElement),
            };
            if (AfterKept is { } after)
                await after(context);
            if (answer is null)
                context.Response.StatusCode = 204;
            else
                await context.Response.WriteAsJsonAsync(answer);
        }
        finally
        {
            Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    object KeepSamples(JsonElement body)
    {
        string server = body.GetProperty("server").GetString()!;
        Batches.AddOrUpdate(body.GetProperty("batch").GetString()!, 1, (_, seen) => seen + 1);
        int accepted = 0, duplicate = 0;
        foreach (JsonElement series in body.GetProperty("series").EnumerateArray())
        {
            string labels = string.Join(",", series.GetProperty("labels").EnumerateObject().Select(l => $"{l.Name}={l.Value.GetString()}"));
            string name = $"{server}|{series.GetProperty("metric").GetString()}{{{labels}}}";
            foreach (JsonElement sample in series.GetProperty("samples").EnumerateArray())
            {
                if (Samples.TryAdd($"{name}|{sample[0].GetInt64()}", sample[1].GetDouble()))
                    accepted++;
                else
                    duplicate++;
            }
        }
        Interlocked.Add(ref DuplicateSamples, duplicate);
        return new { accepted, duplicate, dropped = Array.Empty<object>() };
    }

    object KeepLines(JsonElement body)
    {
        int accepted = 0, duplicate = 0;
        foreach (JsonElement line in body.GetProperty("lines").EnumerateArray())
        {
            if (Lines.TryAdd(line.GetProperty("id").GetString()!, line.GetRawText()))
                accepted++;
            else
                duplicate++;
        }
        Interlocked.Add(ref DuplicateLines, duplicate);
        return new { accepted, duplicate };
    }

    object? KeepDocument(string door, JsonElement body)
    {
        Documents.Enqueue((door, body.Clone()));
        return null;
    }
}
