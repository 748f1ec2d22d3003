using System.Threading.Tasks.Sources;

namespace Orrery.Connectors.Sqlite;

/// <summary>
/// Work for the writer, committed together with others. <see cref="Execute"/> runs on the writer's thread inside its transaction. It may run
/// twice, when the first group could not be committed: it must set its results anew each time. When it throws, what it changed is undone and
/// the others of the group go on. An operation can be used again once its task was awaited.
/// </summary>
public abstract class SqliteOperation : IValueTaskSource
{
    ManualResetValueTaskSourceCore<bool> completion = new() { RunContinuationsAsynchronously = true };

    /// <summary>About how many bytes it writes; bounds the group.</summary>
    public virtual long Bytes => 0;

    /// <summary>What went wrong in <see cref="Execute"/>; set by the writer.</summary>
    internal Exception? Failure { get; set; }

    protected internal abstract void Execute(SqliteSession session);

    internal ValueTask Start()
    {
        Failure = null;
        completion.Reset();
        return new(this, completion.Version);
    }

    internal void Complete()
    {
        if (Failure is { } failure) completion.SetException(failure);
        else completion.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => completion.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        completion.OnCompleted(continuation, state, token, flags);
}

/// <summary>A small operation given as a function.</summary>
sealed class SqliteFunction<TArgument, TResult>(TArgument argument, long bytes, Func<SqliteSession, TArgument, TResult> function) : SqliteOperation
{
    public TResult? Result { get; private set; }

    public override long Bytes => bytes;

    protected internal override void Execute(SqliteSession session) => Result = function(session, argument);
}
