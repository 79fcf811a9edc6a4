//! Manifests as clusters have them, made up: a third of the workloads break something. The same
//! number gives the same text.

use std::fmt::Write;

/// A text of `count` resources, about 1,200 bytes each.
pub(crate) fn manifests(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        text.push_str("---\n");
        resource(&mut text, number);
    }
    text
}

fn resource(text: &mut String, number: usize) {
    let namespace = format!("team-{}", number % 20);
    let written = match number % 20 {
        0..=7 => workload(text, "apps/v1", "Deployment", number, &namespace),
        8..=10 => pod(text, number, &namespace),
        11..=13 => service(text, number, &namespace),
        14 => workload(text, "apps/v1", "StatefulSet", number, &namespace),
        15 => workload(text, "apps/v1", "DaemonSet", number, &namespace),
        16 | 17 => config(text, number, &namespace),
        18 => ingress(text, number, &namespace),
        _ => account(text, number, &namespace),
    };
    // Writing into a String does not fail.
    debug_assert!(written.is_ok());
}

fn head(
    text: &mut String,
    api_version: &str,
    kind: &str,
    number: usize,
    namespace: &str,
) -> std::fmt::Result {
    write!(
        text,
        "apiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: app-{number}\n  namespace: {namespace}\n  \
         labels:\n    app.kubernetes.io/name: app-{number}\n    app.kubernetes.io/part-of: shop\n  \
         annotations:\n    example.com/owner: \"team of {namespace}\"\n    example.com/revision: \"{}\"\n",
        number % 97
    )
}

fn workload(
    text: &mut String,
    api_version: &str,
    kind: &str,
    number: usize,
    namespace: &str,
) -> std::fmt::Result {
    head(text, api_version, kind, number, namespace)?;
    write!(
        text,
        "spec:\n  replicas: {}\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: app-{number}\n  \
         template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: app-{number}\n    spec:\n",
        number % 5
    )?;
    pod_spec(text, number, "      ")
}

fn pod(text: &mut String, number: usize, namespace: &str) -> std::fmt::Result {
    head(text, "v1", "Pod", number, namespace)?;
    text.push_str("spec:\n");
    pod_spec(text, number, "  ")
}

fn pod_spec(text: &mut String, number: usize, indent: &str) -> std::fmt::Result {
    let bad = number.is_multiple_of(3);
    writeln!(text, "{indent}serviceAccountName: app-{}", number % 40)?;
    writeln!(text, "{indent}automountServiceAccountToken: {bad}")?;
    writeln!(text, "{indent}containers:")?;
    for container in 0..=number % 2 {
        write!(
            text,
            "{indent}- name: part-{container}\n\
             {indent}  image: registry.example.com/shop/app-{}:1.{}.{}\n\
             {indent}  args: [\"--listen=:8080\", \"--log-level=info\"]\n\
             {indent}  ports:\n\
             {indent}  - name: http\n\
             {indent}    containerPort: 8080\n\
             {indent}  env:\n\
             {indent}  - name: REGION\n\
             {indent}    value: west\n\
             {indent}  - name: PASSWORD\n\
             {indent}    valueFrom:\n\
             {indent}      secretKeyRef:\n\
             {indent}        name: app-{number}\n\
             {indent}        key: password\n\
             {indent}  resources:\n\
             {indent}    requests: {{cpu: {}m, memory: {}Mi}}\n",
            number % 50,
            number % 9,
            number % 31,
            100 + number % 4 * 50,
            64 << (number % 4),
        )?;
        if !bad {
            writeln!(text, "{indent}    limits: {{cpu: \"1\", memory: 512Mi}}")?;
        }
        write!(
            text,
            "{indent}  securityContext:\n\
             {indent}    privileged: {}\n\
             {indent}    allowPrivilegeEscalation: {bad}\n\
             {indent}    readOnlyRootFilesystem: {}\n\
             {indent}    runAsNonRoot: true\n\
             {indent}    capabilities:\n\
             {indent}      drop: [ALL]\n\
             {indent}  volumeMounts:\n\
             {indent}  - name: data\n\
             {indent}    mountPath: /var/lib/app\n",
            number.is_multiple_of(9),
            !bad,
        )?;
    }
    write!(
        text,
        "{indent}volumes:\n{indent}- name: data\n{indent}  emptyDir: {{}}\n"
    )
}

fn service(text: &mut String, number: usize, namespace: &str) -> std::fmt::Result {
    head(text, "v1", "Service", number, namespace)?;
    write!(
        text,
        "spec:\n  selector:\n    app.kubernetes.io/name: app-{number}\n  ports:\n  - name: http\n    \
         port: {}\n    targetPort: http\n    protocol: TCP\n",
        if number.is_multiple_of(2) { 80 } else { 8080 }
    )
}

fn config(text: &mut String, number: usize, namespace: &str) -> std::fmt::Result {
    head(text, "v1", "ConfigMap", number, namespace)?;
    text.push_str("data:\n  app.conf: |\n");
    for line in 0..20 {
        writeln!(text, "    setting.{line} = value {line} of app {number}")?;
    }
    Ok(())
}

fn ingress(text: &mut String, number: usize, namespace: &str) -> std::fmt::Result {
    head(text, "networking.k8s.io/v1", "Ingress", number, namespace)?;
    write!(
        text,
        "spec:\n  ingressClassName: nginx\n  rules:\n  - host: app-{number}.example.com\n    http:\n      \
         paths:\n      - path: /\n        pathType: Prefix\n        backend:\n          service:\n            \
         name: app-{number}\n            port:\n              number: 80\n"
    )
}

fn account(text: &mut String, number: usize, namespace: &str) -> std::fmt::Result {
    head(text, "v1", "ServiceAccount", number, namespace)?;
    text.push_str("automountServiceAccountToken: false\n");
    Ok(())
}
