using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>A call of a method that answers with a value. Generated classes hold its arguments.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Call<TResult> : CallBase, IValueTaskSource<TResult>, IValueTaskSource
{
    private Action? _onAnswer;
    private ValueTask<TResult> _answer;
    private TResult _result = default!;

    /// <summary>Calls the grain's method.</summary>
    protected abstract ValueTask<TResult> Invoke(object grain);

    internal ValueTask<TResult> AsValueTask() => new(this, Version);

    internal override void Run(Activation activation)
    {
        if (!IsPending) return;
        Began(activation);
        ValueTask<TResult> answer;
        try
        {
            answer = Invoke(activation.Instance);
        }
        catch (Exception error)
        {
            Ended(error);
            if (TryClaimForCallee(error)) SettleWith(error);
            return;
        }

        _answer = answer;
        if (answer.IsCompleted)
            OnAnswer();
        else
            answer.GetAwaiter().UnsafeOnCompleted(_onAnswer ??= OnAnswer);
    }

    /// <summary>A call that a caller began on its own thread, and whose method now awaits. Runs in the turn.</summary>
    internal void Suspend(Activation activation, ValueTask<TResult> answer)
    {
        Began(activation);
        _answer = answer;
        answer.GetAwaiter().UnsafeOnCompleted(_onAnswer ??= OnAnswer);
    }

    private void OnAnswer()
    {
        var answer = _answer;
        _answer = default;
        TResult result = default!;
        Exception? error = null;
        try
        {
            result = answer.GetAwaiter().GetResult();
        }
        catch (Exception thrown)
        {
            error = thrown;
        }

        Ended(error);
        if (!TryClaimForCallee(error)) return;
        _result = result;
        SettleWith(error);
    }

    private protected override void ClearResult() => _result = default!;

    internal override void WriteAnswer(WireWriter writer) => WireCodec<TResult>.Default.Write(writer, _result);

    internal override void ReadAnswer(ref WireReader reader) => _result = WireCodec<TResult>.Default.Read(ref reader);

    internal override bool RunInline(Activation activation, Transport.Connection link, ulong linkId, GrainMethod method, TimeSpan timeout, out bool failed)
    {
        failed = false;
        Exception? error = null;
        try
        {
            var answer = Invoke(activation.Instance);
            if (!answer.IsCompleted)
            {
                PrepareIncoming(link, linkId, method, activation, isOneWay: false, timeout);
                link.Keep(this, linkId);
                Suspend(activation, answer);
                return false;
            }

            _result = answer.GetAwaiter().GetResult();
        }
        catch (Exception thrown)
        {
            failed = true;
            error = thrown;
        }

        AnswerInline(activation, link, linkId, error);
        return true;
    }

    TResult IValueTaskSource<TResult>.GetResult(short token)
    {
        var error = TakeError(token);
        var result = _result;
        Recycle();
        if (error is not null) Rethrow(error);
        return result;
    }

    void IValueTaskSource.GetResult(short token) => ((IValueTaskSource<TResult>)this).GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) => Status(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => Status(token);

    void IValueTaskSource<TResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        Await(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        Await(continuation, state, token, flags);
}

/// <summary>A call of a method that answers without a value.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Call : CallBase, IValueTaskSource
{
    private Action? _onAnswer;
    private ValueTask _answer;

    /// <inheritdoc cref="Call{TResult}.Invoke"/>
    protected abstract ValueTask Invoke(object grain);

    internal ValueTask AsValueTask() => new(this, Version);

    internal override void Run(Activation activation)
    {
        if (!IsPending) return;
        Began(activation);
        ValueTask answer;
        try
        {
            answer = Invoke(activation.Instance);
        }
        catch (Exception error)
        {
            Ended(error);
            if (TryClaimForCallee(error)) SettleWith(error);
            return;
        }

        _answer = answer;
        if (answer.IsCompleted)
            OnAnswer();
        else
            answer.GetAwaiter().UnsafeOnCompleted(_onAnswer ??= OnAnswer);
    }

    /// <inheritdoc cref="Call{TResult}.Suspend"/>
    internal void Suspend(Activation activation, ValueTask answer)
    {
        Began(activation);
        _answer = answer;
        answer.GetAwaiter().UnsafeOnCompleted(_onAnswer ??= OnAnswer);
    }

    private void OnAnswer()
    {
        var answer = _answer;
        _answer = default;
        Exception? error = null;
        try
        {
            answer.GetAwaiter().GetResult();
        }
        catch (Exception thrown)
        {
            error = thrown;
        }

        Ended(error);
        if (TryClaimForCallee(error)) SettleWith(error);
    }

    private protected override void ClearResult()
    {
    }

    internal override void WriteAnswer(WireWriter writer)
    {
    }

    internal override void ReadAnswer(ref WireReader reader)
    {
    }

    internal override bool RunInline(Activation activation, Transport.Connection link, ulong linkId, GrainMethod method, TimeSpan timeout, out bool failed)
    {
        failed = false;
        Exception? error = null;
        try
        {
            var answer = Invoke(activation.Instance);
            if (!answer.IsCompleted)
            {
                PrepareIncoming(link, linkId, method, activation, isOneWay: false, timeout);
                link.Keep(this, linkId);
                Suspend(activation, answer);
                return false;
            }

            answer.GetAwaiter().GetResult();
        }
        catch (Exception thrown)
        {
            failed = true;
            error = thrown;
        }

        AnswerInline(activation, link, linkId, error);
        return true;
    }

    void IValueTaskSource.GetResult(short token)
    {
        var error = TakeError(token);
        Recycle();
        if (error is not null) Rethrow(error);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => Status(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        Await(continuation, state, token, flags);
}

/// <summary>A call whose method runs already: it needs no arguments.</summary>
internal sealed class SuspendedCall<TResult> : Call<TResult>
{
    protected override ValueTask<TResult> Invoke(object grain) => throw new NotSupportedException("A call that runs already is not run again.");

    protected override void Return() => CallPool<SuspendedCall<TResult>>.Return(this);

    public static SuspendedCall<TResult> Rent() => CallPool<SuspendedCall<TResult>>.Rent() ?? new SuspendedCall<TResult>();
}

/// <inheritdoc cref="SuspendedCall{TResult}"/>
internal sealed class SuspendedCall : Call
{
    protected override ValueTask Invoke(object grain) => throw new NotSupportedException("A call that runs already is not run again.");

    protected override void Return() => CallPool<SuspendedCall>.Return(this);

    public static SuspendedCall Rent() => CallPool<SuspendedCall>.Rent() ?? new SuspendedCall();
}
