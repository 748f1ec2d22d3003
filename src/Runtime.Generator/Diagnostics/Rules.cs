using Microsoft.CodeAnalysis;

namespace Orrery.Runtime.Generator;

/// <summary>What the engine cannot carry, said while compiling.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor MethodReturn = Rule("ORR001", "A grain method must be asynchronous",
        "{0} returns {1}; a method of a grain interface returns Task, Task<T>, ValueTask or ValueTask<T>");

    public static readonly DiagnosticDescriptor ByReference = Rule("ORR002", "A grain method cannot have ref, out or in parameters",
        "Parameter {1} of {0} is passed by reference; arguments travel by value: return what the method gives back");

    public static readonly DiagnosticDescriptor GenericMethod = Rule("ORR003", "A grain method cannot be generic",
        "{0} is generic; declare one method for each type, or take a common base type");

    public static readonly DiagnosticDescriptor OtherMember = Rule("ORR004", "A grain interface has methods only",
        "{0} is no instance method; a grain interface has neither properties nor events nor static members: use asynchronous methods");

    public static readonly DiagnosticDescriptor GenericInterface = Rule("ORR005", "A grain interface cannot be generic",
        "{0} is generic; derive one interface for each type");

    public static readonly DiagnosticDescriptor NotReachable = Rule("ORR006", "A grain type must be reachable from its assembly",
        "{0} (or a type around it) is private, protected or file-local; generated code has to name it: make it internal or public");

    public static readonly DiagnosticDescriptor OneWayResult = Rule("ORR007", "A one-way method has no result",
        "{0} is [OneWay] and returns {1}; nobody waits for its answer: return Task or ValueTask");

    public static readonly DiagnosticDescriptor Constructor = Rule("ORR008", "A grain class needs one constructor that the engine can call",
        "{0} has {1} public or internal constructors; leave one, or mark one with [ActivatorUtilitiesConstructor]");

    public static readonly DiagnosticDescriptor StateParameter = Rule("ORR009", "[PersistentState] and IPersistentState<T> belong together",
        "Parameter {1} of {0}: a parameter of type IPersistentState<T> needs [PersistentState(\"name\")], and no other parameter may have it");

    public static readonly DiagnosticDescriptor StateType = Rule("ORR010", "A stored value must be makeable",
        "{1}, the stored value of {0}, is abstract or has no public constructor without parameters; a grain without a stored row starts with a new one");

    public static readonly DiagnosticDescriptor StatelessState = Rule("ORR011", "A stateless worker has no stored state",
        "{0} is a [StatelessWorker] and has [PersistentState]; several activations of one identity would overwrite each other's rows");

    public static readonly DiagnosticDescriptor NoKey = Rule("ORR012", "A grain class needs an identity",
        "{0} implements no interface derived from IGrainWithStringKey; nobody could call it");

    public static readonly DiagnosticDescriptor GenericClass = Rule("ORR013", "A grain class cannot be generic",
        "{0} is generic; derive one class for each type");

    public static readonly DiagnosticDescriptor BadTimeout = Rule("ORR014", "A response timeout is a TimeSpan above zero",
        "[ResponseTimeout] of {0} is \"{1}\"; write it as hours:minutes:seconds, for example \"00:00:05\"");

    public static readonly DiagnosticDescriptor SameStateName = Rule("ORR015", "Stored values of a grain have different names",
        "{0} has two stored values named \"{1}\" in the same storage; they would overwrite each other");

    public static readonly DiagnosticDescriptor OutsideTurn = new("ORR016", "Work of a grain must stay in its turn",
        "{0} runs outside the grain's turn, beside its other calls; use await, or Task.Run for work that does not touch the grain", "Orrery", DiagnosticSeverity.Error, true);

    private static DiagnosticDescriptor Rule(string id, string title, string message) => new(id, title, message, "Orrery", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
