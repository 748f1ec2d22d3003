using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Orrery.Interfaces.Errors;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Live;

/// <summary>
/// Runs server-sent events: asks its source once a period and writes what changed. A comment shows life where nothing changes. The stream ends when the
/// browser leaves, the process stops, the thing that it shows is gone, or its person's session has ended.
/// </summary>
internal sealed partial class EventStream(
    LiveStreams streams, SignIn signIn, IHostApplicationLifetime lifetime, IOptions<OrreryApiOptions> options, TimeProvider time, ILogger<EventStream> logger)
{
    static readonly TimeSpan SessionCheckPeriod = TimeSpan.FromSeconds(5);
    static readonly byte[] Heartbeat = ": alive\n\n"u8.ToArray();

    /// <param name="http">The request.</param>
    /// <param name="caller">Whose stream it is.</param>
    /// <param name="ask">Writes what changed since it was asked last. The first call is made before the answer begins: what it throws is a problem answer.</param>
    public Task RunAsync(HttpContext http, Caller caller, Func<EventWriter, Task> ask)
    {
        string? credential = AuthenticationHandler.ReadCredential(http.Request, out _);
        return RunAsync(http, streams.Open(caller.Identity.Name), ask, async () => credential is not null && await signIn.FindAsync(credential) is not null);
    }

    /// <param name="place">Is given back when the stream ends.</param>
    /// <param name="isLetIn">Whether who opened it may still see it; asked again and again.</param>
    public async Task RunAsync(HttpContext http, IDisposable place, Func<EventWriter, Task> ask, Func<Task<bool>> isLetIn)
    {
        using IDisposable held = place;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var first = new EventWriter();
        await ask(first);
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await LoopAsync(http, ask, isLetIn, first, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // How streams end.
        }
    }

    async Task LoopAsync(HttpContext http, Func<EventWriter, Task> ask, Func<Task<bool>> isLetIn, EventWriter events, CancellationToken ending)
    {
        PipeWriter body = http.Response.BodyWriter;
        long writtenAt = time.GetTimestamp();
        long checkedAt = writtenAt;
        using var period = new PeriodicTimer(options.Value.StreamPeriod, time);
        do
        {
            if (time.GetElapsedTime(checkedAt) >= SessionCheckPeriod)
            {
                if (!await isLetIn())
                    return;
                checkedAt = time.GetTimestamp();
            }
            if (!await TryAskAsync(ask, events))
                return;
            if (events.IsEmpty && time.GetElapsedTime(writtenAt) < options.Value.StreamHeartbeat)
                continue;
            await body.WriteAsync(events.IsEmpty ? Heartbeat : events.Take(), ending);
            writtenAt = time.GetTimestamp();
        }
        while (await period.WaitForNextTickAsync(ending));
    }

    /// <returns>Whether there is more to come.</returns>
    async Task<bool> TryAskAsync(Func<EventWriter, Task> ask, EventWriter events)
    {
        // The first answer is there already.
        if (!events.IsEmpty)
            return true;
        try
        {
            await ask(events);
            return true;
        }
        catch (NotFoundException)
        {
            return false;
        }
        catch (Exception busy) when (busy is OverloadedException or SiloUnavailableException or TimeoutException)
        {
            LogBusy(busy.Message);
            return true;
        }
    }

    [LoggerMessage(EventId = 4200, Level = LogLevel.Debug, Message = "A live stream could not ask its grains and tries again: {Reason}")]
    partial void LogBusy(string reason);
}

/// <summary>Collects the events of one period.</summary>
internal sealed class EventWriter
{
    readonly MemoryStream text = new();

    public bool IsEmpty => text.Length == 0;

    /// <param name="id">What a browser that comes back says it saw last; null: nothing.</param>
    public void Write<T>(string name, T value, string? id = null)
    {
        if (id is not null)
            text.Write(Encoding.ASCII.GetBytes($"id: {id}\n"));
        WriteJson(name, JsonSerializer.SerializeToUtf8Bytes(value, JsonText.Options));
    }

    public void WriteJson(string name, ReadOnlySpan<byte> json)
    {
        text.Write("event: "u8);
        text.Write(Encoding.ASCII.GetBytes(name));
        text.Write("\ndata: "u8);
        text.Write(json);
        text.Write("\n\n"u8);
    }

    public byte[] Take()
    {
        byte[] taken = text.ToArray();
        text.SetLength(0);
        return taken;
    }
}
