namespace Orrery.Agent.Logs;

/// <summary>
/// The agent's end of the log channel: reads files into batches, keeps them in the outbox, ships them in order. A crash at any moment neither loses
/// nor doubles a record, because a batch and the state of the files after it are written in one step, and a batch that was shipped twice
/// has the same name or the same ids. When nothing can be shipped the outbox fills, then the files are left unread.
/// </summary>
internal sealed class LogChannel : IDisposable
{
    static readonly TimeSpan RetryAfterMax = TimeSpan.FromMinutes(10);

    readonly LogChannelOptions options;
    readonly string origin;
    readonly LogOutbox outbox;
    readonly LogFileTailer tailer;
    readonly OutboxBatchBuilder builder;
    readonly IReadOnlyList<ILogShipper> shippers;
    readonly TimeProvider time;
    readonly Action<LogNotice> notify;
    OutboxBatch? unwritten;
    DateTimeOffset lastBatchAt;
    bool quietSaid = true;
    bool kept;
    bool fullSaid;
    TaskCompletionSource added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    LogChannel(LogChannelOptions options, string origin, LogOutbox outbox, IReadOnlyList<ILogShipper> shippers, TimeProvider time, Action<LogNotice> notify)
    {
        this.options = options;
        this.origin = origin;
        this.outbox = outbox;
        this.shippers = shippers;
        this.time = time;
        this.notify = notify;
        kept = outbox.State is not null;
        tailer = new LogFileTailer(options.Sources, outbox.Incarnation, outbox.State, options.ScanInterval, time, notify);
        builder = new OutboxBatchBuilder(options.BatchRecordsMax, options.BatchBytesMax, outbox.LastMilliseconds);
    }

    /// <summary>Batches that wait to be shipped.</summary>
    public int Waiting => outbox.Count;

    /// <param name="options">What to follow.</param>
    /// <param name="origin">The server's id: the origin where the options name none.</param>
    /// <param name="shippers">Each must have taken a batch before the next one goes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notify">Hears of what went wrong.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static async ValueTask<LogChannel> OpenAsync(
        LogChannelOptions options, string origin, IReadOnlyList<ILogShipper> shippers, TimeProvider time, Action<LogNotice> notify, CancellationToken cancellationToken) =>
        new(options, options.Origin.Length > 0 ? options.Origin : origin, await LogOutbox.OpenAsync(options.Folder, options.Origin.Length > 0 ? options.Origin : origin, time, cancellationToken), shippers, time, notify);

    /// <summary>Runs until cancelled. What was read by then and is in no batch is read again next time.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(Loop(ReadAsync, cancellationToken), Loop(DeliverAsync, cancellationToken)).ConfigureAwait(false);

    /// <summary>Looks at the files once; closes the batch if it is full or old.</summary>
    /// <returns>Whether there is more to read at once.</returns>
    public async ValueTask<bool> ReadOnceAsync(CancellationToken cancellationToken)
    {
        if (unwritten is null && IsOutboxFull())
            return false;
        if (unwritten is null)
            tailer.Read(builder);
        DateTimeOffset now = time.GetUtcNow();
        bool full = builder.IsFull;
        bool quiet = !quietSaid && builder.Records == 0 && now - lastBatchAt >= options.QuietAfter;
        if (unwritten is not null || full || quiet || now - builder.Since >= options.BatchAge || (!kept && builder.Records > 0))
            await CloseBatchAsync(now, cancellationToken);
        else if (!kept)
            await outbox.KeepAsync(tailer.State(), cancellationToken);
        kept = true;
        return full || tailer.HasMore;
    }

    /// <summary>Closes the batch whatever its age.</summary>
    public async ValueTask CloseBatchAsync(CancellationToken cancellationToken)
    {
        if (builder.Records > 0 || unwritten is not null)
            await CloseBatchAsync(time.GetUtcNow(), cancellationToken);
    }

    /// <summary>Ships the oldest batch.</summary>
    /// <returns>False: none waits.</returns>
    /// <exception cref="IOException">It could not be shipped.</exception>
    public async ValueTask<bool> ShipOnceAsync(CancellationToken cancellationToken)
    {
        if (await outbox.FirstAsync(cancellationToken) is not { } batch)
            return false;
        foreach (ILogShipper shipper in shippers)
            await shipper.ShipAsync(batch, cancellationToken);
        await outbox.RemoveAsync(batch, cancellationToken);
        return true;
    }

    public void Dispose()
    {
        tailer.Dispose();
        outbox.Dispose();
    }

    async ValueTask CloseBatchAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        bool empty = unwritten is null && builder.Records == 0;
        // Kept until it is written: if the disk is full, the same batch is tried again.
        unwritten ??= builder.Finish(origin, outbox.Incarnation, outbox.LastSequence + 1, now);
        await outbox.AddAsync(unwritten, tailer.State(), cancellationToken);
        unwritten = null;
        lastBatchAt = now;
        quietSaid = empty;
        Interlocked.Exchange(ref added, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    bool IsOutboxFull()
    {
        long bytes = outbox.Bytes;
        bool full = bytes >= options.OutboxBytesMax;
        if (full && !fullSaid)
            notify(new LogNotice(LogNoticeKind.OutboxFull, $"{bytes} bytes wait in '{options.Folder}', at most {options.OutboxBytesMax} may: log files are not read until batches leave."));
        fullSaid = full;
        return full;
    }

    static async Task Loop(Func<CancellationToken, Task> loop, CancellationToken cancellationToken)
    {
        try
        {
            await loop(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
    }

    async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            bool more = false;
            try
            {
                more = await ReadOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                notify(new LogNotice(LogNoticeKind.Unreadable, $"The log channel's folder '{options.Folder}': {error.Message}"));
            }

            if (!more)
                await Task.Delay(options.PollInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task DeliverAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait = options.RetryFirst;
        bool failed = false;
        while (true)
        {
            Task next = Volatile.Read(ref added).Task;
            try
            {
                if (!await ShipOnceAsync(cancellationToken).ConfigureAwait(false))
                    await next.WaitAsync(cancellationToken).ConfigureAwait(false);
                else if (failed)
                    notify(new LogNotice(LogNoticeKind.Shipping, $"Log batches are shipped again; {outbox.Count} wait."));
                (wait, failed) = (options.RetryFirst, false);
            }
            catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                if (!failed)
                    notify(new LogNotice(LogNoticeKind.ShippingFailed, error.Message));
                failed = true;
                TimeSpan asked = error is LogRefusedException { RetryAfter: { } after } ? TimeSpan.FromTicks(Math.Min(after.Ticks, RetryAfterMax.Ticks)) : TimeSpan.Zero;
                await Task.Delay(wait > asked ? wait : asked, time, cancellationToken).ConfigureAwait(false);
                wait = wait * 2 < options.RetryMax ? wait * 2 : options.RetryMax;
            }
        }
    }
}
