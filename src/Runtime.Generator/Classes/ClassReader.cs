using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Orrery.Runtime.Generator;

/// <summary>Reads a grain class: its names, its rules, and how it is made.</summary>
internal static class ClassReader
{
    public static ClassModel? Read(INamedTypeSymbol type)
    {
        if (type.IsAbstract || type.TypeKind != TypeKind.Class || !type.AllInterfaces.Any(static parent => parent.IsEngines("IGrainBase"))) return null;
        var findings = new List<Finding>();
        var interfaces = type.AllInterfaces.Where(static parent => parent.IsGrainInterface()).ToList();
        if (!interfaces.Any(static parent => parent.AllInterfaces.Any(static root => root.IsEngines("IGrainWithStringKey"))))
            findings.Add(Finding.At(type, Rules.NoKey, type.PlainName()));
        if (type.IsGenericType) findings.Add(Finding.At(type, Rules.GenericClass, type.PlainName()));
        if (!type.IsReachable()) findings.Add(Finding.At(type, Rules.NotReachable, type.PlainName()));
        var worker = type.EnginesAttribute("StatelessWorker");
        var arguments = ReadConstructor(type, worker is not null, findings);
        return new ClassModel(type.FullName(), GrainTypeOf(type), type.EnginesAttribute("Reentrant") is not null, WorkersOf(worker),
            new(interfaces.Select(static parent => parent.FullName())), new(arguments), new(findings));
    }

    private static string GrainTypeOf(INamedTypeSymbol type)
    {
        if (type.EnginesAttribute("GrainType") is { ConstructorArguments: { Length: 1 } arguments } && arguments[0].Value is string { Length: > 0 } given) return given;
        string name = type.Name.Length > 5 && type.Name.EndsWith("Grain", System.StringComparison.Ordinal) ? type.Name.Substring(0, type.Name.Length - 5) : type.Name;
        return name.ToLowerInvariant();
    }

    private static string WorkersOf(AttributeData? worker) => worker switch
    {
        null => "0",
        { ConstructorArguments: { Length: 1 } arguments } when arguments[0].Value is int limit => limit.ToString(CultureInfo.InvariantCulture),
        _ => "global::System.Environment.ProcessorCount",
    };

    private static IEnumerable<string> ReadConstructor(INamedTypeSymbol type, bool isStateless, List<Finding> findings)
    {
        var constructors = type.InstanceConstructors
            .Where(static constructor => constructor.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal).ToList();
        var marked = constructors.Where(static constructor => constructor.GetAttributes()
            .Any(static attribute => attribute.AttributeClass.IsIn("Microsoft.Extensions.DependencyInjection", "ActivatorUtilitiesConstructorAttribute"))).ToList();
        var chosen = marked.Count == 1 ? marked : constructors;
        if (chosen.Count != 1)
        {
            findings.Add(Finding.At(type, Rules.Constructor, type.PlainName(), constructors.Count.ToString(CultureInfo.InvariantCulture)));
            return [];
        }

        var names = new HashSet<(string?, string?)>();
        return chosen[0].Parameters.Select(parameter => ReadParameter(type, parameter, isStateless, names, findings)).ToList();
    }

    private static string ReadParameter(INamedTypeSymbol type, IParameterSymbol parameter, bool isStateless, HashSet<(string?, string?)> names, List<Finding> findings)
    {
        if (parameter.Type.IsEngines("IGrainContext")) return "activator.Context";
        if (parameter.Type.IsEngines("IGrainFactory")) return "activator.Factory";
        var attribute = parameter.EnginesAttribute("PersistentState");
        bool isState = parameter.Type.IsEngines("IPersistentState", arity: 1);
        if (attribute is null != !isState)
        {
            findings.Add(Finding.At(parameter, Rules.StateParameter, type.PlainName(), parameter.Name));
            return "default!";
        }

        if (attribute is not null) return ReadState(type, parameter, attribute, isStateless, names, findings);
        string wanted = parameter.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).FullName();
        var keyed = parameter.GetAttributes().FirstOrDefault(static other => other.AttributeClass.IsIn("Microsoft.Extensions.DependencyInjection", "FromKeyedServicesAttribute"));
        if (keyed is { ConstructorArguments: { Length: 1 } keys }) return $"activator.KeyedService<{wanted}>({keys[0].ToCSharpString()})";
        return parameter.HasExplicitDefaultValue ? $"activator.OptionalService<{wanted}>()" : $"activator.Service<{wanted}>()";
    }

    private static string ReadState(INamedTypeSymbol type, IParameterSymbol parameter, AttributeData attribute, bool isStateless, HashSet<(string?, string?)> names, List<Finding> findings)
    {
        var value = ((INamedTypeSymbol)parameter.Type).TypeArguments[0];
        if (isStateless) findings.Add(Finding.At(parameter, Rules.StatelessState, type.PlainName()));
        bool isMakeable = value.IsValueType || (value is INamedTypeSymbol { IsAbstract: false } named &&
            named.InstanceConstructors.Any(static constructor => constructor.Parameters.Length == 0 && constructor.DeclaredAccessibility == Accessibility.Public));
        if (!isMakeable) findings.Add(Finding.At(parameter, Rules.StateType, type.PlainName(), value.PlainName()));
        string? stateName = attribute.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[0].Value as string : null;
        string? storageName = attribute.ConstructorArguments.Length > 1 ? attribute.ConstructorArguments[1].Value as string : null;
        if (!names.Add((stateName, storageName))) findings.Add(Finding.At(parameter, Rules.SameStateName, type.PlainName(), stateName ?? ""));
        return $"activator.State<{value.FullName()}>({Names.Literal(stateName ?? "")}, {Names.Literal(storageName)})";
    }
}
