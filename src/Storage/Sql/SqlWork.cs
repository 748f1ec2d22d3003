using System.Data;

namespace Orrery.Storage.Sql;

/// <summary>An operation on its way through a <see cref="SqlDatabase"/>. Cancelling ends the caller's wait; what has begun runs to its end.</summary>
abstract record SqlWork(string Action, IsolationLevel? Isolation, bool IsRead, CancellationToken CancellationToken)
{
    int begun;

    /// <summary>False where the caller has stopped waiting.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref begun, 1) == 0 && !CancellationToken.IsCancellationRequested;

    public abstract void Run(SqlSession session);

    public abstract void Fail(Exception error);
}

sealed record SqlWork<T>(string Action, Func<SqlSession, T> Work, IsolationLevel? Isolation, bool IsRead, CancellationToken CancellationToken)
    : SqlWork(Action, Isolation, IsRead, CancellationToken)
{
    readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    CancellationTokenRegistration registration;

    public Task<T> Completion => completion.Task;

    public void Watch()
    {
        if (CancellationToken.CanBeCanceled) registration = CancellationToken.Register(static work => ((SqlWork<T>)work!).completion.TrySetCanceled(((SqlWork<T>)work).CancellationToken), this);
    }

    public override void Run(SqlSession session)
    {
        var result = Isolation is { } isolation ? session.InTransaction(isolation, Work) : Work(session);
        registration.Dispose();
        completion.TrySetResult(result);
    }

    public override void Fail(Exception error)
    {
        registration.Dispose();
        completion.TrySetException(error);
    }
}
