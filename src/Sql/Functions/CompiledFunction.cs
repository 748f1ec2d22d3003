using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;

namespace Orrery.Sql.Functions;

/// <summary>A function that the compiler can ask for code.</summary>
/// <param name="name">In capitals.</param>
/// <param name="signature">How it is called.</param>
/// <param name="description">One sentence.</param>
public abstract class CompiledFunction(string name, string signature, string description) : ScalarFunction(name)
{
    public override string Signature => signature;

    public override string Description => description;

    /// <summary>Whether it reads the clock of the epoch, as CURRENT_DATE does: its value changes without a row that changes.</summary>
    public virtual bool ReadsClock => false;

    /// <summary>What is wrong with the arguments themselves (a pattern that is none, a unit that is not a constant); null: nothing. Asked once, when the text is bound.</summary>
    internal virtual string? Check(CallExpression call) => null;

    /// <summary>Whether it can meet values that it has no answer for.</summary>
    internal virtual bool CanThrow(CallExpression call) => true;

    /// <summary>Appends the code that computes a call to the emitter's statements.</summary>
    internal abstract Slot Emit(Emitter emitter, CallExpression call);
}
