using System.Collections.Concurrent;
using System.IO.Compression;
using Orrery.Client.Delivery;
using Orrery.Client.Json;
using Orrery.Client.Spool;

namespace Orrery.Client;

/// <summary>From the buffer to the cloud.</summary>
public sealed partial class OrreryClient
{
    const int NoticesMax = 256;
    const long DroppedNoticeMilliseconds = 60_000;

    readonly Backoff backoff;
    readonly ConcurrentQueue<ClientNotice> notices = new();
    TaskCompletionSource<bool> progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool connected;
    string? lastError;
    long lastSentAt, acceptedSamples, duplicateSamples, refusedSamples, rejectedBatches, failedRequests, failedNotices, droppedNoticeAt;

    async Task Deliver()
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                TimeSpan pause = await DeliverOne().ConfigureAwait(false);
                TellNotices();
                if (pause > TimeSpan.Zero)
                    await Clock.Delay(pause, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped: what was in flight stays in the buffer.
        }
        TellNotices();
    }

    /// <returns>How long to wait before the next try; zero to go on at once.</returns>
    async Task<TimeSpan> DeliverOne()
    {
        if (documents.Peek() is { } document)
        {
            SendResult sent = await sender.Post(document.Path, document.Body, stop.Token).ConfigureAwait(false);
            if (!Settled(sent))
                return Pause(sent);
            documents.Remove(document);
            document.Finish(sent.Outcome == SendOutcome.Accepted);
            Progress();
            return TimeSpan.Zero;
        }
        if (spool.Take() is not { } batch)
        {
            await deliverySignal.Wait(IdleWait, Clock, stop.Token).ConfigureAwait(false);
            return TimeSpan.Zero;
        }
        SendResult result;
        try
        {
            result = await sender.Post(batch.Kind == BatchKind.Samples ? "agent/samples" : "agent/logs", batch.Body!, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            spool.PutBack(batch);
            throw;
        }
        if (!Settled(result))
        {
            spool.PutBack(batch);
            return Pause(result);
        }
        Count(batch, result);
        spool.Acknowledge(batch, setAside: result.Outcome == SendOutcome.Rejected);
        Progress();
        return TimeSpan.Zero;
    }

    /// <summary>Whether the cloud has decided: taken, or refused for good.</summary>
    bool Settled(SendResult result)
    {
        if (result.Outcome is not (SendOutcome.Accepted or SendOutcome.Rejected))
            return false;
        backoff.Reset();
        Interlocked.Exchange(ref lastSentAt, Clock.UnixMilliseconds);
        if (!Volatile.Read(ref connected))
            Notify(ClientNoticeKind.Connected, $"The cloud at {options.Url} answers; {spool.Count} batches wait.");
        Volatile.Write(ref connected, true);
        Volatile.Write(ref lastError, null);
        if (result.Outcome == SendOutcome.Rejected)
        {
            Interlocked.Increment(ref rejectedBatches);
            Notify(ClientNoticeKind.Rejected, $"The cloud refused for good, and it is not sent again: {result.Detail}");
        }
        return true;
    }

    TimeSpan Pause(SendResult result)
    {
        Interlocked.Increment(ref failedRequests);
        TimeSpan pause = result.Outcome == SendOutcome.KeyRefused ? options.BackoffMax : backoff.Next(result.RetryAfter);
        if (Volatile.Read(ref lastError) is null)
            Notify(result.Outcome == SendOutcome.KeyRefused ? ClientNoticeKind.KeyRefused : ClientNoticeKind.Away,
                $"Could not send to {options.Url} ({result.Detail}); it is kept and sent again, next in {pause.TotalSeconds:0.0} s.");
        Volatile.Write(ref connected, false);
        Volatile.Write(ref lastError, result.Detail);
        return pause;
    }

    void Count(SpooledBatch batch, SendResult result)
    {
        if (result.Outcome == SendOutcome.Rejected)
        {
            if (batch.Kind == BatchKind.Samples)
                Interlocked.Add(ref droppedByRejection, batch.Items);
            else
                Interlocked.Add(ref droppedLinesByRejection, batch.Items);
            return;
        }
        if (batch.Kind != BatchKind.Samples)
            return;
        Interlocked.Add(ref acceptedSamples, result.Answer.Accepted);
        Interlocked.Add(ref duplicateSamples, result.Answer.Duplicate);
        Interlocked.Add(ref refusedSamples, result.Answer.Refused);
        if (result.Answer.Refused > 0)
            Notify(ClientNoticeKind.Dropped, $"The cloud dropped {result.Answer.Refused} of {batch.Items} samples of a batch; first reason: {result.Answer.Reason}.");
    }

    Task<bool> PutDocument(string key, string path, bool front, Action<JsonBuffer> write)
    {
        if (Volatile.Read(ref disposed) != 0)
            return Task.FromResult(false);
        byte[] body;
        try
        {
            var text = new JsonBuffer();
            write(text);
            using var stream = new MemoryStream();
            using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(text.Bytes, 0, text.Length);
            body = stream.ToArray();
        }
        catch (Exception error) when (error is NullReferenceException or InvalidOperationException or ArgumentException)
        {
            // A null inside, or a list that changes meanwhile: the caller's mistake must not become its crash.
            Notify(ClientNoticeKind.Rejected, $"A document for {path} could not be written and is not sent: {error.GetType().Name}.");
            return Task.FromResult(false);
        }
        var document = new LatestDocument(key, path, body);
        if (!documents.Put(document, front))
        {
            Notify(ClientNoticeKind.Dropped, $"A document for {path} was dropped: {DocumentsMax} others wait already.");
            return Task.FromResult(false);
        }
        deliverySignal.Set();
        return document.Done;
    }

    void Progress() =>
        Interlocked.Exchange(ref progress, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(true);

    /// <summary>Keeps the notice for the delivery loop to tell: the host's code never runs under the client's locks.</summary>
    void Notify(ClientNoticeKind kind, string text)
    {
        if (options.OnNotice is null || notices.Count >= NoticesMax)
            return;
        if (kind == ClientNoticeKind.Dropped)
        {
            long now = Clock.UnixMilliseconds;
            if (now < Interlocked.Read(ref droppedNoticeAt))
                return;
            Interlocked.Exchange(ref droppedNoticeAt, now + DroppedNoticeMilliseconds);
        }
        notices.Enqueue(new ClientNotice(kind, text));
    }

    void TellNotices()
    {
        while (notices.TryDequeue(out ClientNotice? notice))
        {
            try
            {
                options.OnNotice!(notice);
            }
            catch (Exception)
            {
                Interlocked.Increment(ref failedNotices);
            }
        }
    }
}
